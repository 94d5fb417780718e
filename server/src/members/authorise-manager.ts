import { lockTenantClock, type TenantClock, type TenantTx, withTenant } from '@backhaul/db';
import type { DeviceId, TenantId, UserId } from '@backhaul/shared';
import { type Access, readAccess } from '../access/read-access.ts';
import { registerDevice } from '../devices/register-device.ts';
import { ApiError } from '../http/api-error.ts';
import type { Services } from '../services.ts';

export interface Caller {
  readonly tenantId: TenantId;
  readonly userId: UserId;
  readonly deviceId: DeviceId | null;
}

/** What `work` runs with. */
export interface ManagerContext {
  readonly tx: TenantTx;
  readonly clock: TenantClock;
  readonly access: Access;
}

/**
 * Runs `work` as a manager of the tenant, under the lock of its clock: nobody loses that right, and no last manager goes,
 * while it runs. Throws NOT_FOUND for strangers, FORBIDDEN for employees. `work` saves the clock if it used it.
 */
export async function asManager<T>(
  services: Services,
  caller: Caller,
  work: (context: ManagerContext) => Promise<T>,
): Promise<T> {
  const attempt = await tryAsManager(services, caller, work);
  if (attempt.kind === 'done') return attempt.value;
  // Its owner is known only outside the tenant; nothing was written yet.
  await registerDevice(services, { ...caller, deviceId: attempt.deviceId });
  const again = await tryAsManager(services, caller, work);
  if (again.kind === 'unknownDevice') throw new Error('A device that was just registered is unknown');
  return again.value;
}

type Attempt<T> = { kind: 'done'; value: T } | { kind: 'unknownDevice'; deviceId: DeviceId };

function tryAsManager<T>(
  { database, domain }: Services,
  { tenantId, userId, deviceId }: Caller,
  work: (context: ManagerContext) => Promise<T>,
): Promise<Attempt<T>> {
  return withTenant(database, tenantId, async (tx): Promise<Attempt<T>> => {
    const clock = await lockTenantClock(tx);
    if (!clock) throw new ApiError('NOT_FOUND');
    const result = await readAccess(tx, { domain, userId, deviceId });
    if (result.kind === 'refused') throw new ApiError(result.code);
    if (result.access.role !== 'manager') throw new ApiError('FORBIDDEN');
    if (result.kind === 'unknownDevice' && deviceId) return { kind: 'unknownDevice', deviceId };
    return { kind: 'done', value: await work({ tx, clock, access: result.access }) };
  });
}
