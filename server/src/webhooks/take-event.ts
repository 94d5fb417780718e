import {
  beginAttempt,
  finishWebhookEvent,
  lockNotification,
  withTenant,
  withWebhooks,
  writeConsent,
  writeContactStop,
} from '@backhaul/db';
import { unreachable } from '@backhaul/shared';
import { applyEvent, withoutAddresses } from '../notifications/apply-event.ts';
import type { Services } from '../services.ts';
import { followProfile } from '../tenants/follow-profile.ts';
import { removePerson } from './follow-person.ts';
import { eventContext } from './keep-events.ts';
import type { WebhookWork } from './webhook-work.ts';

/**
 * Minutes until the sweep has a report tried again, by the attempts before; the queue may do so earlier. The twelfth attempt, after a
 * day or so, is the last: the report stays with its content, for a human.
 */
const RETRY_MINUTES = [5, 10, 20, 40, 80, 160, 320, 320, 320, 320, 320] as const;

/**
 * Acts on a report that was taken; `false`: it was done before, or given up. Everything it does may be done twice, and by two at once: a process
 * that is killed before the report is marked as done leaves it to the next. One transaction after another, never one in another:
 * as many workers as the pool has connections would wait for each other's for ever.
 */
export async function takeEvent(
  services: Services,
  event: { readonly provider: string; readonly eventId: string },
): Promise<boolean> {
  const { database, crypto } = services;
  const now = services.now().getTime();
  const nextAt = RETRY_MINUTES.map((minutes) => new Date(now + minutes * 60_000).toISOString());
  const waiting = await withWebhooks(database, (tx) => beginAttempt(tx, { ...event, nextAt }));
  if (!waiting) return false;
  await act(services, crypto.openForService(eventContext(event), waiting.sealed) as unknown as WebhookWork);
  await withWebhooks(database, (tx) => finishWebhookEvent(tx, event));
  return true;
}

async function act(services: Services, work: WebhookWork): Promise<void> {
  switch (work.kind) {
    case 'report':
      return report(services, work);
    case 'word':
      return withWebhooks(services.database, (tx) => writeContactStop(tx, work));
    case 'withdrawal': {
      const { tenantId, channel, addressHash, at } = work;
      const now = services.now().toISOString();
      const write = { channel, addressHash, consent: 'withdrawn', at, recordedBy: null, now } as const;
      return withTenant(services.database, tenantId, (tenant) => writeConsent(tenant, write));
    }
    case 'personChanged':
      return followProfile(services, work);
    case 'personDeleted':
      return removePerson(services, work.userId);
    default:
      return unreachable(work);
  }
}

async function report(services: Services, work: Extract<WebhookWork, { kind: 'report' }>): Promise<void> {
  const { tenantId, notificationId, event, providerId, code, reason } = work;
  await withTenant(services.database, tenantId, async (tx) => {
    const row = await lockNotification(tx, notificationId);
    if (!row) return;
    const told = { event, providerId, code, reason: reason && withoutAddresses(reason) };
    await applyEvent(tx, row, { now: services.now(), ...told });
  });
}
