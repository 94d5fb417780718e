import { lockTenantClock, saveTenantClock, type TenantTx, withTenant } from '@backhaul/db';
import type { DeviceId, TenantId, UserId } from '@backhaul/shared';
import { type TenantClock } from '@backhaul/shared/engine';
import { registerDevice } from '../devices/register-device.ts';
import type { Services } from '../services.ts';
import { type Access, readAccess } from './read-access.ts';
import { refuseAccess } from './refuse-access.ts';

/** Who calls, in which tenant and from which device, as the request says; nothing of it is checked yet but the user. */
export interface Caller {
  readonly tenantId: TenantId;
  readonly userId: UserId;
  readonly deviceId: DeviceId | null;
}

/** What work under the lock of the tenant's clock may use. */
export interface LockedAccess {
  readonly tx: TenantTx;
  readonly clock: TenantClock;
  readonly access: Access;
}

/**
 * Every write of a member: locks the tenant's clock, reads in a later statement what the member may do, does the work, stores
 * the clock, commits. A device's first contact registers it. Throws an ApiError with the refusal of the caller's access.
 */
export async function withLockedAccess<T>(
  services: Services,
  caller: Caller,
  work: (locked: LockedAccess) => Promise<T>,
): Promise<T> {
  const { deviceId } = caller;
  const first = await attempt(services, caller, work);
  if (first.kind === 'done') return first.result;
  // Who owns a device is known only outside the tenant; nothing was written yet.
  if (deviceId) await registerDevice(services, { ...caller, deviceId });
  const second = await attempt(services, caller, work);
  if (second.kind === 'unknownDevice') throw new Error('A device that was just registered is unknown');
  return second.result;
}

type Attempt<T> = { readonly kind: 'done'; readonly result: T } | { readonly kind: 'unknownDevice' };

function attempt<T>(
  { database, domain }: Services,
  { tenantId, userId, deviceId }: Caller,
  work: (locked: LockedAccess) => Promise<T>,
): Promise<Attempt<T>> {
  return withTenant(database, tenantId, async (tx): Promise<Attempt<T>> => {
    const clock = await lockTenantClock(tx);
    if (!clock) throw refuseAccess('NOT_FOUND', tenantId);
    const entered = await readAccess(tx, { domain, userId, deviceId });
    if (entered.kind === 'refused') throw refuseAccess(entered.code, tenantId);
    if (entered.kind === 'unknownDevice') return { kind: 'unknownDevice' };
    const result = await work({ tx, clock, access: entered.access });
    await saveTenantClock(tx, clock);
    return { kind: 'done', result };
  });
}
