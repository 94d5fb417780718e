import {
  columnName,
  type Cursor,
  type DeviceId,
  type Domain,
  type Entity,
  entityOf,
  type Role,
  type UserId,
} from '@backhaul/shared';
import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';

/** Everything that decides what a caller may do in a tenant, and where its clock stands. */
export interface AccessRow {
  readonly role: Role;
  readonly memberStatus: 'active' | 'disabled';
  readonly memberName: string | null;
  readonly scopeVersion: Cursor;
  readonly clock: Cursor;
  readonly origin: Cursor;
  readonly purgedTo: Cursor | null;
  /** `null`: this tenant does not know the device. */
  readonly deviceUser: UserId | null;
  readonly deviceStatus: 'active' | 'revoked' | null;
  readonly pullCursor: Cursor | null;
  readonly lastSeenAt: string | null;
  /** Of the declaration that the device's app was built with, as it last said. */
  readonly deviceSchemaVersion: number | null;
  /** Scope key -> the member's own id; only keys that are set. */
  readonly keys: { readonly [key: string]: string };
}

/** One statement over primary keys and one unique index; `null` when the user is not a member. */
export async function readAccessRow(
  tx: TenantTx,
  { domain, userId, deviceId }: { domain: Domain; userId: UserId; deviceId: DeviceId | null },
): Promise<AccessRow | null> {
  const { entity, userField, keys } = domain.memberScope;
  const own = sql.table((entityOf(domain, entity) as Entity).table);
  const pairs = Object.entries(keys).map(([key, field]) => sql`${sql.lit(key)}, own.${sql.ref(columnName(field))}`);
  const { rows } = await sql<AccessRow>`
    select m.role, m.status as "memberStatus", coalesce(m.name, m.email) as "memberName",
      m.scope_version as "scopeVersion", c.clock, c.origin, c.purged_to as "purgedTo",
      d.user_id as "deviceUser", d.status as "deviceStatus", d.pull_cursor as "pullCursor",
      d.last_seen_at as "lastSeenAt", d.schema_version as "deviceSchemaVersion",
      json_strip_nulls(json_build_object(${sql.join(pairs)})) as keys
    from tenant_clocks c
    join members m on m.tenant_id = c.tenant_id and m.user_id = ${userId}
    left join devices d on d.tenant_id = c.tenant_id and d.device_id = ${deviceId}::uuid
    left join ${own} own on own.tenant_id = c.tenant_id and own.${sql.ref(columnName(userField))} = ${userId}
      and own.deleted_at is null
    where c.tenant_id = ${tx.tenantId}
  `.execute(tx.db);
  return rows[0] ?? null;
}
