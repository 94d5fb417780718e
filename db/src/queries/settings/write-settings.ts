import type { Cursor, UserId } from '@backhaul/shared';
import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';

/** Replaces what a tenant has set. Run under the tenant clock's lock, which hands out the version. */
export async function writeSettings(
  tx: TenantTx,
  { values, version, updatedBy }: { values: { readonly [name: string]: unknown }; version: Cursor; updatedBy: UserId },
): Promise<void> {
  await sql`
    insert into tenant_settings (tenant_id, values, version, updated_by)
    values (${tx.tenantId}::uuid, ${JSON.stringify(values)}::jsonb, ${version}::timestamptz, ${updatedBy})
    on conflict (tenant_id) do update
      set values = excluded.values, version = excluded.version, updated_by = excluded.updated_by
  `.execute(tx.db);
}
