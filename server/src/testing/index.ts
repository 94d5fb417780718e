export { purgeTenant, type PurgeLimits, type PurgeProgress } from '../jobs/tasks/purge-tombstones.ts';
export { createTestApp, headersOf, type SignedIn, type TestApp, type TestAppOptions } from './test-app.ts';
export { type SpawnedService, spawnService } from './spawned-service.ts';
