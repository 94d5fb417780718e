import type { ChangeId, DeviceId } from '@backhaul/shared';
import { type Insertable, type Selectable, sql } from 'kysely';
import { jsonBatches } from '../../json-batches.ts';
import type { QuarantineTable } from '../../tables.ts';
import type { TenantTx } from '../../tenant-tx.ts';

export type NewQuarantineRow = Omit<
  Insertable<QuarantineTable>,
  'tenant_id' | 'decided_by' | 'decided_version' | 'conflict_ids'
>;

export type KnownChange = Pick<Selectable<QuarantineTable>, 'change_id' | 'content_hash'>;

/** Which changes with these ids a device has handed over before. */
export async function readHandedOver(
  tx: TenantTx,
  deviceId: DeviceId,
  changeIds: readonly ChangeId[],
): Promise<KnownChange[]> {
  return tx.db
    .selectFrom('quarantine')
    .select(['change_id', 'content_hash'])
    .where('tenant_id', '=', tx.tenantId)
    .where('device_id', '=', deviceId)
    .where('change_id', '=', sql<ChangeId>`any(${changeIds}::uuid[])`)
    .execute();
}

/** One statement, until their size asks for more. */
export async function insertQuarantine(tx: TenantTx, rows: readonly NewQuarantineRow[]): Promise<void> {
  const texts = rows.map(({ sealed, ...row }) => JSON.stringify({ ...row, sealed: `\\x${sealed.toString('hex')}` }));
  for (const json of jsonBatches(texts)) {
    await sql`
      insert into quarantine
        (tenant_id, quarantine_id, version, device_id, user_id, user_name, change_id, content_hash, op, entity,
         entity_id, edited_at, clock_offset, reason, set_aside_at, received_at, sealed, status, code, message, fields,
         outcome)
      select ${tx.tenantId}::uuid, quarantine_id, version, device_id, user_id, user_name, change_id, content_hash, op,
        entity, entity_id, edited_at, clock_offset, reason, set_aside_at, received_at, sealed, status, code, message,
        fields, outcome
      from jsonb_to_recordset(${json}::jsonb) as new (
        quarantine_id uuid, version timestamptz, device_id uuid, user_id text, user_name text, change_id uuid,
        content_hash text, op text, entity text, entity_id uuid, edited_at timestamptz, clock_offset bigint,
        reason text, set_aside_at timestamptz, received_at timestamptz, sealed bytea, status text, code text,
        message text, fields text[], outcome text)
    `.execute(tx.db);
  }
}
