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
      events.map(({ provider, eventId, sealed, now }) => {
        return { provider, event_id: eventId, sealed, received_at: now, next_at: now };
      }),
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

/**
 * Counts an attempt, and answers what the event asks for; `null`: it is done, or was given up. Its next attempt is due at
 * `nextAt[attempts so far]`; after the last of them it is given up, unless this one succeeds.
 */
export async function beginAttempt(
  tx: WebhookTx,
  {
    provider,
    eventId,
    nextAt,
  }: { readonly provider: string; readonly eventId: string; readonly nextAt: readonly string[] },
): Promise<WaitingEvent | null> {
  const { rows } = await sql<WaitingEvent>`
    update webhook_events
    set attempts = attempts + 1, next_at = (${nextAt}::timestamptz[])[attempts + 1]
    where provider = ${provider} and event_id = ${eventId} and sealed is not null and next_at is not null
    returning provider, event_id as "eventId", sealed
  `.execute(tx.db);
  return rows[0] ?? null;
}

export async function finishWebhookEvent(
  tx: WebhookTx,
  { provider, eventId }: { readonly provider: string; readonly eventId: string },
): Promise<void> {
  await tx.db
    .updateTable('webhook_events')
    .set({ sealed: null, next_at: null })
    .where('provider', '=', provider)
    .where('event_id', '=', eventId)
    .execute();
}

/** Those that are due, first the one that has been due for the longest. */
export async function listDueEvents(
  tx: WebhookTx,
  { now, limit }: { readonly now: string; readonly limit: number },
): Promise<{ readonly provider: string; readonly eventId: string }[]> {
  return tx.db
    .selectFrom('webhook_events')
    .select(['provider', 'event_id as eventId'])
    .where('sealed', 'is not', null)
    .where('next_at', '<=', now)
    .orderBy('next_at')
    .limit(limit)
    .execute();
}

/** How many were given up, and wait for a human. */
export async function countGivenUpEvents(tx: WebhookTx): Promise<number> {
  const { count } = await tx.db
    .selectFrom('webhook_events')
    .select((row) => row.fn.countAll<string>().as('count'))
    .where('sealed', 'is not', null)
    .where('next_at', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Forgets reports that were acted on, or given up, long ago, as the owner. Answers how many. */
export async function purgeWebhookEvents(
  tx: WebhookTx,
  { before, limit }: { readonly before: string; readonly limit: number },
): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from webhook_events where (provider, event_id) in (
      select provider, event_id from webhook_events
      where (sealed is null or next_at is null) and received_at < ${before}::timestamptz limit ${limit})
  `.execute(tx.db);
  return Number(numAffectedRows ?? 0n);
}
