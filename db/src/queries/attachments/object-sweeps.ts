import type { RecordId } from '@backhaul/shared';
import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';

/** Under the tenant clock's lock, as the owner of the tables. */
export async function beginObjectSweep(tx: TenantTx, ids: readonly RecordId[], until: string): Promise<void> {
  await sql`
    insert into object_sweeps (tenant_id, attachment_id, until)
    select ${tx.tenantId}::uuid, id, ${until}::timestamptz from unnest(${ids}::uuid[]) as swept (id)
    on conflict (tenant_id, attachment_id) do update set until = excluded.until
  `.execute(tx.db);
}

export async function endObjectSweep(tx: TenantTx, ids: readonly RecordId[]): Promise<void> {
  await sql`
    delete from object_sweeps where tenant_id = ${tx.tenantId} and attachment_id = any(${ids}::uuid[])
  `.execute(tx.db);
}

/** Whether an object of this name is being deleted. Under the tenant clock's lock. */
export async function isObjectSwept(tx: TenantTx, id: RecordId, now: string): Promise<boolean> {
  const row = await tx.db
    .selectFrom('object_sweeps')
    .select('until')
    .where('tenant_id', '=', tx.tenantId)
    .where('attachment_id', '=', id)
    .where('until', '>', now)
    .executeTakeFirst();
  return row !== undefined;
}
