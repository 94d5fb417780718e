import type { Cursor } from '@backhaul/shared';
import { type RecordKey } from '@backhaul/shared/engine';
import { type Selectable, sql } from 'kysely';
import type { QuarantineTable } from '../../tables.ts';
import type { TenantTx } from '../../tenant-tx.ts';

export type QuarantineRow = Omit<Selectable<QuarantineTable>, 'tenant_id'>;

export const QUARANTINE_COLUMNS = [
  'quarantine_id',
  'version',
  'device_id',
  'user_id',
  'user_name',
  'change_id',
  'content_hash',
  'op',
  'entity',
  'entity_id',
  'edited_at',
  'clock_offset',
  'reason',
  'set_aside_at',
  'received_at',
  'sealed',
  'status',
  'code',
  'message',
  'fields',
  'decided_by',
  'decided_version',
  'outcome',
  'conflict_ids',
] as const;

/** In the order in which they arrived. */
export async function readQuarantine(tx: TenantTx, ids: readonly string[]): Promise<QuarantineRow[]> {
  return tx.db
    .selectFrom('quarantine')
    .select(QUARANTINE_COLUMNS)
    .where('tenant_id', '=', tx.tenantId)
    .where('quarantine_id', '=', sql<string>`any(${ids}::uuid[])`)
    .orderBy('version')
    .execute();
}

export type QuarantinedChange = Pick<QuarantineRow, 'quarantine_id' | 'device_id' | 'change_id' | 'version'>;

/** Every change of these records that was ever handed over, decided or not. One statement. */
export async function readQuarantinedChanges(
  tx: TenantTx,
  records: readonly RecordKey[],
): Promise<QuarantinedChange[]> {
  const { rows } = await sql<QuarantinedChange>`
    select q.quarantine_id, q.device_id, q.change_id, q.version
    from jsonb_to_recordset(${JSON.stringify(records)}::jsonb) as asked (entity text, id uuid)
    join quarantine q on q.tenant_id = ${tx.tenantId} and q.entity = asked.entity and q.entity_id = asked.id
  `.execute(tx.db);
  return rows;
}

/** Entry -> how many waiting changes of its record arrived before it; entries without any are absent. One statement. */
export async function countEarlierWaiting(
  tx: TenantTx,
  entries: readonly {
    readonly id: string;
    readonly entity: string;
    readonly entityId: string;
    readonly version: Cursor;
  }[],
): Promise<Map<string, number>> {
  if (entries.length === 0) return new Map();
  const { rows } = await sql<{ id: string; count: number }>`
    select asked.id, count(*)::integer as count
    from jsonb_to_recordset(${JSON.stringify(entries)}::jsonb) as asked (
      id uuid, entity text, "entityId" uuid, version timestamptz)
    join quarantine q on q.tenant_id = ${tx.tenantId} and q.entity = asked.entity
      and q.entity_id = asked."entityId" and q.version < asked.version and q.status = 'waiting'
    group by asked.id
  `.execute(tx.db);
  return new Map(rows.map(({ id, count }) => [id, count]));
}
