import type { Cursor, RecordId } from '@backhaul/shared';
import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';

export interface ListedInvoice {
  readonly id: RecordId;
  readonly updatedAt: Cursor;
  readonly number: string | null;
  readonly isSent: boolean;
  readonly isDisputed: boolean;
  readonly isPaid: boolean;
}

/** What the service knows of live invoices beside the records themselves. */
export async function listInvoices(
  tx: TenantTx,
  { after, order, limit }: { readonly after: Cursor | null; readonly order: 'asc' | 'desc'; readonly limit: number },
): Promise<ListedInvoice[]> {
  const passed = order === 'asc' ? sql`>` : sql`<`;
  const { rows } = await sql<ListedInvoice>`
    select e.id, e.updated_at as "updatedAt", d.number,
      exists (
        select 1 from notifications n
        where n.tenant_id = ${tx.tenantId} and n.entity = 'finance_entry' and n.entity_id = e.id) as "isSent",
      coalesce(e.is_disputed, false) as "isDisputed", e.status = 'paid' as "isPaid"
    from finance_entries e
      left join document_numbers d
        on d.tenant_id = e.tenant_id and d.entity = 'finance_entry' and d.entity_id = e.id
    where e.tenant_id = ${tx.tenantId} and e.kind = 'invoiceClient' and e.deleted_at is null
      ${after === null ? sql`` : sql`and e.updated_at ${passed} ${after}::timestamptz`}
    order by e.updated_at ${order === 'asc' ? sql`asc` : sql`desc`} limit ${limit}
  `.execute(tx.db);
  return rows;
}
