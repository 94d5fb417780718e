import { lockQueuedNotifications, SUPERSEDED_CODE, type TenantTx } from '@backhaul/db';
import type { Channel, RecordId } from '@backhaul/shared';
import { applyEvent } from './apply-event.ts';

/** Why an older version is not sent; the newer one has it in the list beside it. */
export const SUPERSEDED = { code: SUPERSEDED_CODE, reason: 'A newer version of it was asked for' } as const;

/**
 * Holds back what waits to leave and says something else than what is asked for now, through whatever channel: the customer would
 * get it after the newer version, and take it for the newest. So it does what another message takes the place of, and what goes to
 * another address than the one that is asked for. What a provider may have by now is past holding.
 */
export async function supersede(
  tx: TenantTx,
  { entity, entityId, ...by }: { entity: string; entityId: RecordId } & Newer,
): Promise<void> {
  for (const row of await lockQueuedNotifications(tx, { entity, entityId })) {
    const asked = by.asked.find(({ channel }) => channel === row.channel);
    const isElsewhere = asked !== undefined && asked.contentHash !== row.content_hash;
    if (row.body_hash === by.bodyHash && !isElsewhere && !by.replaced.includes(row.channel)) continue;
    await applyEvent(tx, row, { now: by.now, event: 'superseded', ...SUPERSEDED });
  }
}

interface Newer {
  readonly bodyHash: string;
  readonly asked: readonly { readonly channel: Channel; readonly contentHash: string | null }[];
  /** Through which a message is made. */
  readonly replaced: readonly Channel[];
  readonly now: Date;
}
