import { takeWebhookEvents, withWebhooks } from '@backhaul/db';
import type { Json } from '@backhaul/shared';
import type { NewJob } from '../jobs/job-queue.ts';
import { webhookJob } from '../jobs/message-jobs.ts';
import type { Services } from '../services.ts';
import type { VerifiedEvent } from './webhook-work.ts';

/** Takes what was never taken before, and answers the jobs that act on it, for after the commit. */
export async function keepEvents(
  { database, crypto, now }: Services,
  provider: string,
  events: readonly VerifiedEvent[],
): Promise<NewJob[]> {
  const byId = new Map(events.map((event) => [event.eventId, event.work]));
  const rows = [...byId].map(([eventId, work]) => ({
    provider,
    eventId,
    now: now().toISOString(),
    sealed: crypto.sealForService(eventContext({ provider, eventId }), work as unknown as Json),
  }));
  const taken = await withWebhooks(database, (tx) => takeWebhookEvents(tx, rows));
  return taken.map((eventId) => webhookJob({ provider, eventId }));
}

export function eventContext({ provider, eventId }: { readonly provider: string; readonly eventId: string }): string {
  return `webhook|${provider}|${eventId}`;
}
