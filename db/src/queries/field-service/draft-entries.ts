import type { RecordId } from '@backhaul/shared';
import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';

/**
 * Entries of a kind and period that nobody outside has seen and nothing was decided about: pending, undisputed, without a
 * number, never sent. The oldest first.
 */
export async function findDraftEntries(
  tx: TenantTx,
  { kind, from, to }: { readonly kind: string; readonly from: string; readonly to: string },
): Promise<RecordId[]> {
  const { rows } = await sql<{ id: RecordId }>`
    select e.id from finance_entries e
    where e.tenant_id = ${tx.tenantId} and e.kind = ${kind} and e.deleted_at is null
      and e.status = 'pending' and e.is_disputed is not true
      and e.period_start = ${from}::date and e.period_end = ${to}::date
      and not exists (
        select 1 from document_numbers d
        where d.tenant_id = ${tx.tenantId} and d.entity = 'finance_entry' and d.entity_id = e.id)
      and not exists (
        select 1 from notifications n
        where n.tenant_id = ${tx.tenantId} and n.entity = 'finance_entry' and n.entity_id = e.id)
    order by e.created_at, e.id
  `.execute(tx.db);
  return rows.map(({ id }) => id);
}
