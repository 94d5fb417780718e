import { columnName, type Entity, type RecordId } from '@backhaul/shared';
import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';

/** Which live records hold these values of a field that is unique among live records. One statement. */
export async function findUniqueOwners(
  tx: TenantTx,
  entity: Entity,
  field: string,
  values: readonly string[],
): Promise<{ id: RecordId; value: string }[]> {
  const column = sql.ref(columnName(field));
  const { rows } = await sql<{ id: RecordId; value: string }>`
    select id, ${column} as value from ${sql.table(entity.table)}
    where tenant_id = ${tx.tenantId} and deleted_at is null and ${column} = any(${values}::text[])
  `.execute(tx.db);
  return rows;
}
