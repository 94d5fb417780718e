import type { NotificationKey } from '../notifications/notification-key.ts';
import type { Services } from '../services.ts';
import { createJobQueue, type NewJob } from './job-queue.ts';

export const ADVANCE_NOTIFICATION = 'advance-notification';
export const TAKE_WEBHOOK = 'take-webhook';

/** One step of one message to a customer. */
export function notificationJob({ tenantId, notificationId }: NotificationKey): NewJob {
  return {
    task: ADVANCE_NOTIFICATION,
    payload: { tenantId, notificationId },
    key: `${ADVANCE_NOTIFICATION}:${notificationId}`,
  };
}

/** One report of a provider. */
export function webhookJob(event: { readonly provider: string; readonly eventId: string }): NewJob {
  const { provider, eventId } = event;
  return { task: TAKE_WEBHOOK, payload: { provider, eventId }, key: `${TAKE_WEBHOOK}:${provider}:${eventId}` };
}

/**
 * Puts jobs into the queue after the commit that they are for. The row is what counts: a process without a way to the queue,
 * or one that is killed here, leaves it to the sweep.
 */
export async function addMessageJobs({ jobs }: Pick<Services, 'jobs'>, added: readonly NewJob[]): Promise<void> {
  if (jobs && added.length > 0) await createJobQueue(jobs.owner, { spreads: true }).add(added);
}
