import { type Cursor, parseTenantId, type TenantId } from '@backhaul/shared';
import { sql } from 'kysely';
import type { Database } from '../../create-database.ts';
import { openDoor } from '../../transaction-door.ts';

/**
 * Where the clocks of these tenants stand, in one statement for all of them. A door of its own, because `withTenant` shows one
 * tenant at a time; nothing but clocks can be seen through it. Tenants that do not exist are absent.
 */
export async function readClocks(
  database: Database,
  tenantIds: readonly TenantId[],
): Promise<ReadonlyMap<TenantId, Cursor>> {
  if (tenantIds.length === 0) return new Map();
  if (!tenantIds.every((id) => parseTenantId(id) !== null)) throw new Error('A tenant id must be a UUID');
  return openDoor(
    database,
    { settings: { 'app.listened_tenants': tenantIds.join(',') }, readOnly: true },
    async (db) => {
      const { rows } = await sql<{ tenantId: TenantId; clock: Cursor }>`
        select tenant_id as "tenantId", clock from tenant_clocks where tenant_id = any(${tenantIds}::uuid[])
      `.execute(db);
      return new Map(rows.map(({ tenantId, clock }) => [tenantId, clock]));
    },
  );
}
