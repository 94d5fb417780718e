import { parseTenantId, type TenantId } from '@backhaul/shared';
import { sql } from 'kysely';
import type { Database } from '../create-database.ts';
import { withTenant } from '../tenant-tx.ts';

/** A tenant with its clock and nothing else, for suites below the service. */
export async function createTenant(app: Database, id: string): Promise<TenantId> {
  const tenantId = parseTenantId(id);
  if (tenantId === null) throw new Error(`Not a UUID: ${id}`);
  await withTenant(app, tenantId, async ({ db }) => {
    await db
      .insertInto('tenants')
      .values({ tenant_id: tenantId, name: `Tenant ${id}` })
      .execute();
    await sql`insert into tenant_clocks (tenant_id, clock, origin)
      values (${tenantId}, clock_timestamp(), clock_timestamp())`.execute(db);
  });
  return tenantId;
}
