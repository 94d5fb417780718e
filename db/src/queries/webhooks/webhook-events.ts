import { sql } from 'kysely';
import type { WebhookTx } from '../../webhook-tx.ts';

export interface NewWebhookEvent {
  readonly provider: string;
  readonly eventId: string;
  readonly sealed: Buffer;
  readonly now: string;
}

/** Takes events that were never taken before, and answers their ids. One statement. */
export async function takeWebhookEvents(tx: WebhookTx, events: readonly NewWebhookEvent[]): Promise<string[]> {
  if (events.length === 0) return [];
  const rows = await tx.db
    .insertInto('webhook_events')
    .values(
      events.map(({ provider, eventId, sealed, now }) => ({ provider, event_id: eventId, sealed, received_at: now })),
    )
    .onConflict((conflict) => conflict.columns(['provider', 'event_id']).doNothing())
    .returning('event_id')
    .execute();
  return rows.map(({ event_id }) => event_id);
}

export interface WaitingEvent {
  readonly provider: string;
  readonly eventId: string;
  readonly sealed: Buffer;
}

/** What an event that was taken asks for; `null`: it is done. */
export async function readWaitingEvent(
  tx: WebhookTx,
  { provider, eventId }: { readonly provider: string; readonly eventId: string },
): Promise<WaitingEvent | null> {
  const { rows } = await sql<WaitingEvent>`
    select provider, event_id as "eventId", sealed from webhook_events
    where provider = ${provider} and event_id = ${eventId} and sealed is not null
  `.execute(tx.db);
  return rows[0] ?? null;
}

export async function finishWebhookEvent(
  tx: WebhookTx,
  { provider, eventId }: { readonly provider: string; readonly eventId: string },
): Promise<void> {
  await tx.db
    .updateTable('webhook_events')
    .set({ sealed: null })
    .where('provider', '=', provider)
    .where('event_id', '=', eventId)
    .execute();
}

/** Those that were taken and are not done, the oldest first. */
export async function listWaitingEvents(
  tx: WebhookTx,
  limit: number,
): Promise<{ readonly provider: string; readonly eventId: string }[]> {
  return tx.db
    .selectFrom('webhook_events')
    .select(['provider', 'event_id as eventId'])
    .where('sealed', 'is not', null)
    .orderBy('received_at')
    .limit(limit)
    .execute();
}

/** Forgets the ids of reports that were acted on long ago, as the owner. Answers how many. */
export async function purgeWebhookEvents(
  tx: WebhookTx,
  { before, limit }: { readonly before: string; readonly limit: number },
): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from webhook_events where (provider, event_id) in (
      select provider, event_id from webhook_events
      where sealed is null and received_at < ${before}::timestamptz limit ${limit})
  `.execute(tx.db);
  return Number(numAffectedRows ?? 0n);
}
