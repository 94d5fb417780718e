import { Type } from 'typebox';
import { advanceNotification } from '../../notifications/advance-notification.ts';
import { ADVANCE_NOTIFICATION, notificationJob } from '../message-jobs.ts';
import { defineTask } from '../task.ts';
import { TenantPayload, tenantOf } from './tenant-payload.ts';

/** One step of one message to a customer; the step after it is another job. */
export const advanceNotificationTask = defineTask({
  name: ADVANCE_NOTIFICATION,
  payload: Type.Object({ ...TenantPayload.properties, notificationId: Type.String({ format: 'uuid' }) }),
  async run({ notificationId, ...payload }, services) {
    const key = { tenantId: tenantOf(payload), notificationId };
    const dueAt = await advanceNotification(services, key);
    if (dueAt !== null) {
      const notBefore = Math.max(0, dueAt.getTime() - services.now().getTime());
      await services.queue.add([{ ...notificationJob(key), notBefore }]);
    }
    return { ...key, again: dueAt === null ? 0 : 1 };
  },
});
