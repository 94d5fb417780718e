import type { ConflictStatus, Cursor, RecordId } from '@backhaul/shared';
import type { Selectable } from 'kysely';
import type { ConflictsTable } from '../../tables.ts';
import type { TenantTx } from '../../tenant-tx.ts';

export type ConflictRow = Omit<Selectable<ConflictsTable>, 'tenant_id'>;

export interface ConflictFilter {
  readonly after: Cursor | null;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  readonly status?: ConflictStatus | undefined;
  readonly entity?: string | undefined;
  readonly entityId?: RecordId | undefined;
}

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
  'summary',
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
] as const;

export async function listConflicts(tx: TenantTx, filter: ConflictFilter): Promise<ConflictRow[]> {
  const { after, order, limit, status, entity, entityId } = filter;
  let query = tx.db.selectFrom('conflicts').select(COLUMNS).where('tenant_id', '=', tx.tenantId);
  if (after !== null) query = query.where('version', order === 'asc' ? '>' : '<', after);
  if (status !== undefined) query = query.where('status', '=', status);
  if (entity !== undefined) query = query.where('entity', '=', entity);
  if (entityId !== undefined) query = query.where('entity_id', '=', entityId);
  return query.orderBy('version', order).limit(limit).execute();
}

export async function readConflict(tx: TenantTx, conflictId: string): Promise<ConflictRow | null> {
  const row = await tx.db
    .selectFrom('conflicts')
    .select(COLUMNS)
    .where('tenant_id', '=', tx.tenantId)
    .where('conflict_id', '=', conflictId)
    .executeTakeFirst();
  return row ?? null;
}
