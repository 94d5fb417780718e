import type { Cursor, DeviceId, Role, UserId } from '@backhaul/shared';
import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';

/** What decides whether a device may go on listening, and what it may see. */
export interface ListeningDevice {
  readonly deviceId: DeviceId;
  readonly userId: UserId;
  readonly deviceStatus: 'active' | 'revoked';
  /** `null`: the device's user has left the tenant. */
  readonly member: {
    readonly role: Role;
    readonly status: 'active' | 'disabled';
    readonly scopeVersion: Cursor;
  } | null;
}

export interface ListeningState {
  readonly clock: Cursor;
  readonly origin: Cursor;
  readonly purgedTo: Cursor | null;
  /** Devices that the tenant does not know are absent. */
  readonly devices: ReadonlyMap<DeviceId, ListeningDevice>;
}

interface StateRow {
  readonly clock: Cursor;
  readonly origin: Cursor;
  readonly purgedTo: Cursor | null;
  readonly deviceId: DeviceId | null;
  readonly userId: UserId;
  readonly deviceStatus: 'active' | 'revoked';
  readonly role: Role | null;
  readonly memberStatus: 'active' | 'disabled';
  readonly scopeVersion: Cursor;
}

/** The tenant's clock and the standing of these devices and of their users, in one statement; `null`: no such tenant. */
export async function readListeningDevices(
  tx: TenantTx,
  deviceIds: readonly DeviceId[],
): Promise<ListeningState | null> {
  const { rows } = await sql<StateRow>`
    select c.clock, c.origin, c.purged_to as "purgedTo", d.device_id as "deviceId", d.user_id as "userId",
      d.status as "deviceStatus", m.role, m.status as "memberStatus", m.scope_version as "scopeVersion"
    from tenant_clocks c
    left join devices d on d.tenant_id = c.tenant_id and d.device_id = any(${deviceIds}::uuid[])
    left join members m on m.tenant_id = c.tenant_id and m.user_id = d.user_id
    where c.tenant_id = ${tx.tenantId}
  `.execute(tx.db);
  const [first] = rows;
  if (!first) return null;
  const { clock, origin, purgedTo } = first;
  return { clock, origin, purgedTo, devices: new Map(rows.flatMap(toDevice)) };
}

function toDevice(row: StateRow): [DeviceId, ListeningDevice][] {
  const { deviceId, userId, deviceStatus, role, memberStatus: status, scopeVersion } = row;
  if (deviceId === null) return [];
  return [[deviceId, { deviceId, userId, deviceStatus, member: role && { role, status, scopeVersion } }]];
}
