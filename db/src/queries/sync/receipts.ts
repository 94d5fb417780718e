import type { ChangeId } from '@backhaul/shared';
import type { Receipt } from '@backhaul/shared/engine';
import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';

export async function readReceipts(tx: TenantTx, changeIds: readonly ChangeId[]): Promise<Receipt[]> {
  return tx.db
    .selectFrom('receipts')
    .select(['change_id', 'device_id', 'content_hash', 'outcome', 'code', 'message', 'fields', 'version'])
    .where('tenant_id', '=', tx.tenantId)
    .where('change_id', '=', sql<ChangeId>`any(${changeIds}::uuid[])`)
    .execute();
}

/** One statement, whatever their number. */
export async function insertReceipts(tx: TenantTx, receipts: readonly Receipt[], createdAt: string): Promise<void> {
  if (receipts.length === 0) return;
  await sql`
    insert into receipts
      (tenant_id, change_id, device_id, content_hash, outcome, code, message, fields, version, created_at)
    select ${tx.tenantId}::uuid, change_id, device_id, content_hash, outcome, code, message, fields, version,
      ${createdAt}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(receipts)}::jsonb) as new (
      change_id uuid, device_id uuid, content_hash text, outcome text, code text, message text, fields text[],
      version timestamptz)
  `.execute(tx.db);
}
