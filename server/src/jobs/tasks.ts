import type { RunnableTask } from './task.ts';
import { advanceNotificationTask } from './tasks/advance-notification.ts';
import { housekeeping } from './tasks/housekeeping.ts';
import { purgeReceiptsTask } from './tasks/purge-receipts.ts';
import { purgeTombstonesTask } from './tasks/purge-tombstones.ts';
import { readChargesTask } from './tasks/read-charges.ts';
import { sweepAttachmentsTask } from './tasks/sweep-attachments.ts';
import { sweepMessages } from './tasks/sweep-messages.ts';
import { takeWebhookTask } from './tasks/take-webhook.ts';

/** Every kind of background work. A new one is a file in `tasks/`, and a line here. */
export const TASKS: readonly RunnableTask[] = [
  housekeeping,
  purgeTombstonesTask,
  purgeReceiptsTask,
  readChargesTask,
  sweepAttachmentsTask,
  advanceNotificationTask,
  takeWebhookTask,
  sweepMessages,
];
