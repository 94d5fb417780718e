import { type LatestNotification, lockQueuedNotifications, type TenantTx } from '@backhaul/db';
import type { Channel, Json, RecordId } from '@backhaul/shared';
import type { Keyring } from '../crypto/tenant-crypto.ts';
import { applyEvent } from './apply-event.ts';
import { hashContent } from './read-sendable.ts';
import { openLetter } from './sealed-letter.ts';
import { statusOf } from './state-machine.ts';

/** Why an older version is not sent; the newer one has it in the list beside it. */
export const SUPERSEDED = { code: 'SUPERSEDED', reason: 'A newer version of it was asked for' } as const;

/**
 * Holds back what waits to leave and says something else than what is asked for now, through whatever channel: the customer would
 * get it after the newer version, and take it for the newest. So it does what waits for `channels`, whatever it says: another
 * takes its place. What a provider may have by now is past holding.
 */
export async function supersede(
  tx: TenantTx,
  { entity, entityId, ...by }: { entity: string; entityId: RecordId } & Newer,
): Promise<void> {
  const asked = hashContent(by.content);
  for (const row of await lockQueuedNotifications(tx, { entity, entityId })) {
    const { content } = openLetter(by.keyring, row.notification_id, row.sealed);
    if (!by.channels.includes(row.channel) && hashContent(content) === asked) continue;
    await applyEvent(tx, row, { now: by.now, event: 'superseded', ...SUPERSEDED });
  }
}

interface Newer {
  readonly content: Json;
  readonly channels: readonly Channel[];
  readonly keyring: Keyring;
  readonly now: Date;
}

/** Whether a message stands for its content: one that failed, and that another version followed, may be asked for again. */
export function stands({ state, code, isLatest }: LatestNotification): boolean {
  return statusOf(state) !== 'failed' || (isLatest && code !== SUPERSEDED.code);
}
