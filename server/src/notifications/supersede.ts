import { type LatestNotification, lockQueuedNotifications, type TenantTx } from '@backhaul/db';
import type { Channel, RecordId } from '@backhaul/shared';
import { applyEvent } from './apply-event.ts';
import { statusOf } from './state-machine.ts';

/** Why an older version is not sent; the newer one has it in the list beside it. */
export const SUPERSEDED = { code: 'SUPERSEDED', reason: 'A newer version of it was asked for' } as const;

/**
 * Holds back what waits to leave through these channels and was asked for before: the customer would get it after the newer
 * version, and take it for the newest. What a provider may have by now is past holding.
 */
export async function supersede(
  tx: TenantTx,
  { now, ...older }: { entity: string; entityId: RecordId; channels: readonly Channel[]; now: Date },
): Promise<void> {
  for (const row of await lockQueuedNotifications(tx, older)) {
    await applyEvent(tx, row, { now, event: 'superseded', ...SUPERSEDED });
  }
}

/** Whether a message stands for its content: one that failed, and that another version followed, may be asked for again. */
export function stands({ state, isLatest }: LatestNotification): boolean {
  return isLatest || statusOf(state) !== 'failed';
}
