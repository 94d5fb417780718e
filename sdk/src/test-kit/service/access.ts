import type { DeviceId, ScopeKeys, UserId } from '@backhaul/shared';
import { type MemoryDevice, type MemoryMember, type MemoryTenant, scopeKeysOf } from '../memory/memory-tenant.ts';
import { Refusal, strangerTo } from './refusal.ts';

export interface Caller {
  readonly userId: UserId;
  readonly deviceId: DeviceId | null;
}

export interface Access {
  readonly member: MemoryMember;
  readonly keys: ScopeKeys;
  /** `null`: the caller names none, or one that is not registered. */
  readonly device: MemoryDevice | null;
}

/** What a caller may do, as the service decides it; the same, once a device's first contact has registered it. */
export function enter(tenant: MemoryTenant, caller: Caller): Access {
  const { userId, deviceId } = caller;
  const access = readAccess(tenant, caller);
  if (access.device || deviceId === null) return access;
  return { ...access, device: registerDevice(tenant, { userId, deviceId }) };
}

export function readAccess(tenant: MemoryTenant, { userId, deviceId }: Caller): Access {
  const member = tenant.members.get(userId);
  if (!member) throw strangerTo(tenant.id);
  if (member.status === 'disabled') throw new Refusal('MEMBER_DISABLED');
  const known = deviceId === null ? undefined : tenant.devices.get(deviceId);
  if (known && known.userId !== userId) throw new Refusal('DEVICE_MISMATCH');
  if (known?.status === 'revoked') throw new Refusal('DEVICE_REVOKED');
  return { member, keys: scopeKeysOf(tenant, userId), device: known ?? null };
}

function registerDevice(
  tenant: MemoryTenant,
  { userId, deviceId }: { readonly userId: UserId; readonly deviceId: DeviceId },
): MemoryDevice {
  const device: MemoryDevice = {
    id: deviceId,
    userId,
    status: 'active',
    pullCursor: null,
    report: {},
    clockOffset: null,
    schemaVersion: null,
  };
  tenant.devices.set(deviceId, device);
  return device;
}
