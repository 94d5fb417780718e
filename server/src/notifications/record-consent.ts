import { readContactWords, writeConsent } from '@backhaul/db';
import { type ConsentRequest, type ConsentResponse, parseInstant } from '@backhaul/shared';
import type { Caller } from '../access/with-locked-access.ts';
import { ApiError } from '../http/api-error.ts';
import { addressHash, addressHashes } from '../infra/address-hash.ts';
import { parseAddress } from '../infra/addresses.ts';
import { asManager } from '../members/authorise-manager.ts';
import type { Services } from '../services.ts';

/** Notes a customer's word about being written to. Throws UNREACHABLE for what is no address, INVALID_DATE. */
export function recordConsent(services: Services, caller: Caller, request: ConsentRequest): Promise<ConsentResponse> {
  const { channel, consent } = request;
  const to = parseAddress(channel, request.address);
  if (to === null) throw new ApiError('UNREACHABLE', { details: { channels: [{ channel }] } });
  const now = services.now().toISOString();
  const at = request.at === undefined ? now : parseInstant(request.at);
  if (at === null || at > now) throw new ApiError('INVALID_DATE', { details: { fields: ['at'] } });
  const { fingerprint } = services.crypto;
  return asManager(services, caller, async ({ tx }) => {
    const hash = addressHash(fingerprint, channel, to);
    await writeConsent(tx, { channel, addressHash: hash, consent, at, recordedBy: caller.userId, now });
    const [word] = await readContactWords(tx, [{ channel, addressHashes: addressHashes(fingerprint, channel, to) }]);
    const instant = (value: string | null | undefined) => (value == null ? null : parseInstant(value));
    return {
      channel,
      consentedAt: instant(word?.consentedAt),
      optedOutAt: instant(word?.optedOutAt),
      stoppedAt: instant(word?.stoppedAt),
    };
  });
}
