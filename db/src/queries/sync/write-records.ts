import type { Entity } from '@backhaul/shared';
import { sql } from 'kysely';
import { type PlainColumn, plainColumns } from '../../column-type.ts';
import { jsonBatches } from '../../json-batches.ts';
import type { TenantTx } from '../../tenant-tx.ts';
import type { StoredRow } from './stored-row.ts';

/** A row to write. `sealed: 'keep'`: the row exists and its envelope still holds. */
export type WrittenRow = Omit<StoredRow, 'sealed'> & { readonly sealed: Buffer | null | 'keep' };

/**
 * Inserts or replaces whole rows, already merged and stamped under the tenant clock's lock. One statement for the rows that
 * keep their envelope and one for the others, whatever their number, until their size asks for more. The rows travel as one
 * JSON parameter, because a parameter for each value would meet the protocol's limit of 65,535.
 */
export async function writeRecords(tx: TenantTx, entity: Entity, rows: readonly WrittenRow[]): Promise<void> {
  const plain = plainColumns(entity);
  for (const group of [
    rows.filter(({ sealed }) => sealed === 'keep'),
    rows.filter(({ sealed }) => sealed !== 'keep'),
  ]) {
    const managed = MANAGED_COLUMNS.filter(({ column }) => column !== 'sealed' || group[0]?.sealed !== 'keep');
    for (const json of jsonBatches(group.map((row) => JSON.stringify(toColumns(plain, row))))) {
      await writeGroup(tx, entity, [...managed, ...plain], json);
    }
  }
}

const MANAGED_COLUMNS = [
  { column: 'id', type: 'uuid' },
  { column: 'sealed', type: 'bytea' },
  { column: 'created_at', type: 'timestamptz' },
  { column: 'updated_at', type: 'timestamptz' },
  { column: 'deleted_at', type: 'timestamptz' },
  { column: 'field_versions', type: 'jsonb' },
];

async function writeGroup(
  tx: TenantTx,
  entity: Entity,
  columns: readonly { readonly column: string; readonly type: string }[],
  json: string,
): Promise<void> {
  const names = sql.join(columns.map(({ column }) => sql.ref(column)));
  const types = sql.join(columns.map(({ column, type }) => sql`${sql.ref(column)} ${sql.raw(type)}`));
  const replaced = sql.join(
    columns
      .filter(({ column }) => column !== 'id' && column !== 'created_at')
      .map(({ column }) => sql`${sql.ref(column)} = excluded.${sql.ref(column)}`),
  );
  await sql`
    insert into ${sql.table(entity.table)} (tenant_id, ${names})
    select ${tx.tenantId}::uuid, ${names} from jsonb_to_recordset(${json}::jsonb) as new (${types})
    on conflict (tenant_id, id) do update set ${replaced}
  `.execute(tx.db);
}

function toColumns(plain: readonly PlainColumn[], row: WrittenRow): object {
  return {
    id: row.id,
    ...(row.sealed === 'keep' ? {} : { sealed: row.sealed === null ? null : `\\x${row.sealed.toString('hex')}` }),
    created_at: row.createdAt,
    updated_at: row.updatedAt,
    deleted_at: row.deletedAt,
    field_versions: row.fieldVersions,
    ...Object.fromEntries(plain.map(({ field, column }) => [column, row.values[field] ?? null])),
  };
}
