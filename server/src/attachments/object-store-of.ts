import { ApiError } from '../http/api-error.ts';
import type { ObjectStore } from '../infra/objects/object-store.ts';
import type { Services } from '../services.ts';

/** Seconds that one waits for the sweep of an object that was given up. */
export const SWEEP_WAIT = 30;

/** Throws ATTACHMENTS_UNAVAILABLE. */
export function objectStore({ objects }: Services): ObjectStore {
  if (!objects) throw new ApiError('ATTACHMENTS_UNAVAILABLE');
  return objects.store;
}
