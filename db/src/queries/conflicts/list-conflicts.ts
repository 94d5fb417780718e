import { sql } from 'kysely';
import type { Selectable } from 'kysely';
import type { ConflictsTable } from '../../tables.ts';
import type { TenantTx } from '../../tenant-tx.ts';
import { type ConflictFilter, conflictPage, type ConflictRange } from './conflict-page.ts';

export type ConflictRow = Omit<Selectable<ConflictsTable>, 'tenant_id'>;

const COLUMNS = [
  'conflict_id',
  'version',
  'entity',
  'entity_id',
  'change_id',
  'kind',
  'fields',
  'policy',
  'winner',
  'status',
  'client_values',
  'client_user_id',
  'client_device_id',
  'client_at',
  'server_values',
  'server_user_id',
  'server_device_id',
  'server_at',
  'server_version',
  'sealed',
  'resolution',
  'resolved_by',
  'resolved_version',
] as const satisfies readonly (keyof ConflictRow)[];

/** One statement. */
export async function listConflicts(
  tx: TenantTx,
  filter: ConflictFilter,
  range: ConflictRange,
): Promise<ConflictRow[]> {
  const page = conflictPage(tx, COLUMNS, filter, range);
  const { rows } =
    await sql<ConflictRow>`select * from ${page} as page order by version ${sql.raw(range.order)}`.execute(tx.db);
  return rows;
}

/** Those of these conflicts that the tenant has, in no particular order. One statement. */
export async function readConflicts(tx: TenantTx, conflictIds: readonly string[]): Promise<ConflictRow[]> {
  if (conflictIds.length === 0) return [];
  return tx.db
    .selectFrom('conflicts')
    .select(COLUMNS)
    .where('tenant_id', '=', tx.tenantId)
    .where('conflict_id', '=', sql<string>`any(${conflictIds}::uuid[])`)
    .execute();
}
