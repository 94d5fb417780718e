import type { FastifyRequest } from 'fastify';
import { errorFacts } from '../http/error-log.ts';
import { addMessageJobs, notificationJob } from '../jobs/message-jobs.ts';
import type { Services } from '../services.ts';

/** What was committed goes out, if not now then with the next sweep: no reason to answer with an error. */
export async function queueNotifications(
  services: Services,
  { tenantId, log }: Pick<FastifyRequest, 'tenantId' | 'log'>,
  ids: readonly string[],
): Promise<void> {
  try {
    await addMessageJobs(
      services,
      ids.map((notificationId) => notificationJob({ tenantId, notificationId })),
    );
  } catch (error) {
    log.warn({ cause: errorFacts(error) }, 'messages wait for the sweep');
  }
}
