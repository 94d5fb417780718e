import type { Channel } from '@backhaul/shared';
import { sql } from 'kysely';
import type { WebhookTx } from '../../webhook-tx.ts';

/** STOP and START, in whatever order they are acted on: the later word counts. */
export async function writeContactStop(
  tx: WebhookTx,
  { channel, addressHash, word, at }: { channel: Channel; addressHash: string; word: 'stop' | 'start'; at: string },
): Promise<void> {
  const [stoppedAt, liftedAt] = word === 'stop' ? [at, null] : [null, at];
  const latest = sql`greatest(contact_stops.stopped_at, contact_stops.lifted_at)`;
  await sql`
    insert into contact_stops (channel, address_hash, stopped_at, lifted_at)
    values (${channel}, ${addressHash}, ${stoppedAt}::timestamptz, ${liftedAt}::timestamptz)
    on conflict (channel, address_hash) do update
      set stopped_at = excluded.stopped_at, lifted_at = excluded.lifted_at
      where greatest(excluded.stopped_at, excluded.lifted_at) >= ${latest}
  `.execute(tx.db);
}
