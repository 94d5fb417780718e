import { type Caller, type LockedAccess, withLockedAccess } from '../access/with-locked-access.ts';
import { ApiError } from '../http/api-error.ts';
import type { Services } from '../services.ts';

/**
 * Runs `work` as a manager of the tenant, under the lock of its clock: nobody loses that right, and no last manager goes,
 * while it runs. Throws NOT_FOUND for strangers, FORBIDDEN for employees.
 */
export function asManager<T>(
  services: Services,
  caller: Caller,
  work: (locked: LockedAccess) => Promise<T>,
): Promise<T> {
  return withLockedAccess(services, caller, async (locked) => {
    if (locked.access.role !== 'manager') throw new ApiError('FORBIDDEN');
    return work(locked);
  });
}
