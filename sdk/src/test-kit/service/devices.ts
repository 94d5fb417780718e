import { type Device, parseDeviceId } from '@backhaul/shared';
import { clockOf, type MemoryDevice, type MemoryTenant } from '../memory/memory-tenant.ts';
import { type Caller, enter, readAccess } from './access.ts';
import { Refusal } from './refusal.ts';

/** What the kit knows of its devices; it keeps no times of theirs. */
type KnownDevice = Pick<
  Device,
  'id' | 'userId' | 'userName' | 'status' | 'pullCursor' | 'clockOffset' | 'schemaVersion'
>;

export function listDevices(tenant: MemoryTenant, caller: Caller): KnownDevice[] {
  if (readAccess(tenant, caller).member.role !== 'manager') throw new Refusal('FORBIDDEN');
  enter(tenant, caller);
  return [...tenant.devices.values()].map(({ id, userId, status, pullCursor, clockOffset, schemaVersion, report }) => ({
    id,
    userId,
    userName: tenant.members.get(userId)?.name ?? null,
    status,
    pullCursor,
    clockOffset,
    schemaVersion,
    ...report,
  }));
}

export function revokeDevice(tenant: MemoryTenant, caller: Caller, named: string): void {
  const deviceId = parseDeviceId(named);
  if (deviceId === null) throw new Refusal('INVALID_REQUEST');
  if (enter(tenant, caller).member.role !== 'manager') throw new Refusal('FORBIDDEN');
  const device = tenant.devices.get(deviceId);
  if (!device) throw new Refusal('NOT_FOUND');
  revoke(tenant, device);
}

/** Doing it twice is doing it once. */
export function revoke(tenant: MemoryTenant, device: MemoryDevice): void {
  if (device.status === 'revoked') return;
  const clock = clockOf(tenant);
  clock.next();
  tenant.clock = clock.current;
  tenant.devices.set(device.id, { ...device, status: 'revoked' });
}
