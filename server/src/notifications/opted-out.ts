import { type ContactWord, readContactWords, type TenantTx } from '@backhaul/db';
import type { Channel } from '@backhaul/shared';
import { addressHashes } from '../infra/address-hash.ts';
import type { Services } from '../services.ts';

/** Whether a customer does not wish to be written to there, as they told the tenant or the service. */
export async function hasOptedOut(
  { crypto }: Pick<Services, 'crypto'>,
  tx: TenantTx,
  { channel, to }: { readonly channel: Channel; readonly to: string },
): Promise<boolean> {
  const hashes = addressHashes(crypto.fingerprint, channel, to);
  return isOptOut((await readContactWords(tx, [{ channel, addressHashes: hashes }]))[0]);
}

export function isOptOut(word: ContactWord | undefined): boolean {
  return word !== undefined && (word.stoppedAt !== null || word.optedOutAt !== null);
}
