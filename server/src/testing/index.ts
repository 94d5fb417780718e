export { purgeTenant, type PurgeLimits, type PurgeProgress } from '../jobs/tasks/purge-tombstones.ts';
export { keyText } from '../infra/objects/object-key.ts';
export type { ObjectStore } from '../infra/objects/object-store.ts';
export { createR2Store } from '../infra/objects/r2-store.ts';
export { attachmentsOf } from '../attachments/attachment-entity.ts';
export { sweepObjects } from '../attachments/sweep-uploads.ts';
export { readChargesTask } from '../jobs/tasks/read-charges.ts';
export { sweepAttachmentsTask } from '../jobs/tasks/sweep-attachments.ts';
export { createTestApp, headersOf, type SignedIn, type TestApp, type TestAppOptions } from './test-app.ts';
export { type SpawnedService, spawnService } from './spawned-service.ts';

// The steps that the worker takes with messages, for tests that take them one by one.
export { advanceNotification } from '../notifications/advance-notification.ts';
export { createMessengers } from '../infra/messengers/create-messengers.ts';
export type { Messenger, OutgoingMessage } from '../infra/messengers/messenger.ts';
export type { Services } from '../services.ts';
export { takeEvent } from '../webhooks/take-event.ts';
export { TASKS } from '../jobs/tasks.ts';
