import {
  countGivenUpEvents,
  listDueEvents,
  listDueNotifications,
  listTenantIds,
  purgeWebhookEvents,
  withTenant,
  withWebhooks,
} from '@backhaul/db';
import type { TenantId } from '@backhaul/shared';
import { Type } from 'typebox';
import { notificationJob, webhookJob } from '../message-jobs.ts';
import { defineTask } from '../task.ts';

const TENANTS = 1000;
const MESSAGES = 500;
const EVENTS = 1000;
/** Longer than any provider repeats a report; until then, its id keeps a replay from doing anything. */
const EVENT_DAYS = 400;
const PURGED = 5000;

/**
 * Finds what waits without a job: its process was killed between the commit and the queue, or has no way to the queue. One
 * indexed read for each tenant. And forgets old reports.
 */
export const sweepMessages = defineTask({
  name: 'sweep-messages',
  payload: Type.Object({}),
  schedule: { kind: 'every', minutes: 5 },
  async run(_payload, { owner, database, queue, now }) {
    let messages = 0;
    let after: TenantId | null = null;
    for (;;) {
      const page: TenantId[] = await listTenantIds(owner, { after, limit: TENANTS });
      for (const tenantId of page) {
        const due = { now: now().toISOString(), limit: MESSAGES };
        const ids = await withTenant(database, tenantId, (tx) => listDueNotifications(tx, due), { readOnly: true });
        await queue.add(ids.map((notificationId) => notificationJob({ tenantId, notificationId })));
        messages += ids.length;
      }
      after = page.at(-1) ?? null;
      if (page.length < TENANTS) break;
    }
    const events = await withWebhooks(database, (tx) => listDueEvents(tx, { now: now().toISOString(), limit: EVENTS }));
    await queue.add(events.map(webhookJob));
    const before = new Date(now().getTime() - EVENT_DAYS * 86_400_000).toISOString();
    const purged = await withWebhooks(owner, (tx) => purgeWebhookEvents(tx, { before, limit: PURGED }));
    const givenUp = await withWebhooks(database, countGivenUpEvents);
    return { messages, events: events.length, givenUp, purged };
  },
});
