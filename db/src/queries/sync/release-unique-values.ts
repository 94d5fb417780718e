import { columnName, type Entity, type RecordId } from '@backhaul/shared';
import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';

/**
 * Empties a unique field of some records that are about to be written whole. A unique index is checked row by row, so values
 * that change hands within one statement would collide on the way.
 */
export async function releaseUniqueValues(
  tx: TenantTx,
  entity: Entity,
  field: string,
  ids: readonly RecordId[],
): Promise<void> {
  await sql`
    update ${sql.table(entity.table)} set ${sql.ref(columnName(field))} = null
    where tenant_id = ${tx.tenantId} and id = any(${ids}::uuid[])
  `.execute(tx.db);
}
