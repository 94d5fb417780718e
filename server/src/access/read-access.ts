import { type AccessRow, readAccessRow, type TenantTx } from '@backhaul/db';
import type { Cursor, DeviceId, Domain, ErrorCode, Role, ScopeKeys, TenantId, UserId } from '@backhaul/shared';

/** What a member may do in a tenant at one moment, and where the tenant's clock stands then. */
export interface Access {
  readonly tenantId: TenantId;
  readonly userId: UserId;
  readonly memberName: string | null;
  readonly role: Role;
  readonly keys: ScopeKeys;
  /** The tenant clock when the keys last changed. */
  readonly scopeVersion: Cursor;
  readonly deviceId: DeviceId | null;
  /** The newest cursor that the device has presented. */
  readonly pullCursor: Cursor | null;
  readonly lastSeenAt: string | null;
  /** Of the declaration that the device's app was built with, as it last said. */
  readonly deviceSchemaVersion: number | null;
  readonly clock: Cursor;
  readonly origin: Cursor;
  readonly purgedTo: Cursor | null;
}

export type AccessResult =
  | { readonly kind: 'granted'; readonly access: Access }
  /** The device's first contact with this tenant: register it, then read again. */
  | { readonly kind: 'unknownDevice'; readonly access: Access }
  | { readonly kind: 'refused'; readonly code: AccessRefusal };

export type AccessRefusal = Extract<ErrorCode, 'NOT_FOUND' | 'MEMBER_DISABLED' | 'DEVICE_REVOKED' | 'DEVICE_MISMATCH'>;

/**
 * Reads membership, device and scope keys. In a write transaction it must come after `lockTenantClock`, in a statement of
 * its own, or it may see a membership that a concurrent change has just ended.
 */
export async function readAccess(
  tx: TenantTx,
  caller: { domain: Domain; userId: UserId; deviceId: DeviceId | null },
): Promise<AccessResult> {
  const row = await readAccessRow(tx, caller);
  if (!row) return { kind: 'refused', code: 'NOT_FOUND' };
  if (row.memberStatus === 'disabled') return { kind: 'refused', code: 'MEMBER_DISABLED' };
  if (row.deviceUser !== null && row.deviceUser !== caller.userId) return { kind: 'refused', code: 'DEVICE_MISMATCH' };
  if (row.deviceStatus === 'revoked') return { kind: 'refused', code: 'DEVICE_REVOKED' };
  const access = toAccess(tx.tenantId, caller, row);
  return { kind: caller.deviceId !== null && row.deviceUser === null ? 'unknownDevice' : 'granted', access };
}

function toAccess(
  tenantId: TenantId,
  { userId, deviceId }: { userId: UserId; deviceId: DeviceId | null },
  row: AccessRow,
): Access {
  const { role, memberName, keys, scopeVersion, pullCursor, lastSeenAt, deviceSchemaVersion } = row;
  const { clock, origin, purgedTo } = row;
  return {
    tenantId,
    userId,
    deviceId,
    memberName,
    role,
    keys,
    scopeVersion,
    pullCursor,
    lastSeenAt,
    deviceSchemaVersion,
    clock,
    origin,
    purgedTo,
  };
}
