import type { Entity } from '@backhaul/shared';
import { sql } from 'kysely';
import { plainColumns } from '../../column-type.ts';
import type { TenantTx } from '../../tenant-tx.ts';
import type { StoredRow } from './stored-row.ts';

/**
 * Inserts or replaces whole rows, already merged and stamped under the tenant clock's lock. One statement, whatever their
 * number. The rows travel as one JSON parameter, because a parameter for each value would meet the protocol's limit of
 * 65,535.
 */
export async function writeRecords(tx: TenantTx, entity: Entity, rows: readonly StoredRow[]): Promise<void> {
  const plain = plainColumns(entity);
  const managed = [
    { column: 'id', type: 'uuid' },
    { column: 'sealed', type: 'bytea' },
    { column: 'created_at', type: 'timestamptz' },
    { column: 'updated_at', type: 'timestamptz' },
    { column: 'deleted_at', type: 'timestamptz' },
    { column: 'field_versions', type: 'jsonb' },
  ];
  const columns = [...managed, ...plain];
  const names = sql.join(columns.map(({ column }) => sql.ref(column)));
  const types = sql.join(columns.map(({ column, type }) => sql`${sql.ref(column)} ${sql.raw(type)}`));
  const replaced = sql.join(
    columns
      .filter(({ column }) => column !== 'id' && column !== 'created_at')
      .map(({ column }) => sql`${sql.ref(column)} = excluded.${sql.ref(column)}`),
  );
  const json = JSON.stringify(
    rows.map((row) => ({
      id: row.id,
      sealed: row.sealed === null ? null : `\\x${row.sealed.toString('hex')}`,
      created_at: row.createdAt,
      updated_at: row.updatedAt,
      deleted_at: row.deletedAt,
      field_versions: row.fieldVersions,
      ...Object.fromEntries(plain.map(({ field, column }) => [column, row.values[field] ?? null])),
    })),
  );
  await sql`
    insert into ${sql.table(entity.table)} (tenant_id, ${names})
    select ${tx.tenantId}::uuid, ${names} from jsonb_to_recordset(${json}::jsonb) as new (${types})
    on conflict (tenant_id, id) do update set ${replaced}
  `.execute(tx.db);
}
