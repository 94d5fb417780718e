import type { Entity, RecordId } from '@backhaul/shared';
import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';
import { canonicalValues, type StoredRow, valuesObject } from './stored-row.ts';

/** The rows with these ids, live or deleted, in no particular order. One statement. */
export async function readRecords(tx: TenantTx, entity: Entity, ids: readonly RecordId[]): Promise<StoredRow[]> {
  const { rows } = await sql<StoredRow>`
    select id, ${valuesObject(entity)} as "values", sealed,
      created_at as "createdAt", updated_at as "updatedAt", deleted_at as "deletedAt", field_versions as "fieldVersions"
    from ${sql.table(entity.table)}
    where tenant_id = ${tx.tenantId} and id = any(${ids}::uuid[])
  `.execute(tx.db);
  return rows.map((row) => ({ ...row, values: canonicalValues(entity, row.values) }));
}
