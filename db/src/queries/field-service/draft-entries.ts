import type { RecordId } from '@backhaul/shared';
import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';
import { IS_DRAFT } from './draft-condition.ts';

/** Drafts of a kind and period, the oldest first. */
export async function findDraftEntries(
  tx: TenantTx,
  { kind, from, to }: { readonly kind: string; readonly from: string; readonly to: string },
): Promise<RecordId[]> {
  const { rows } = await sql<{ id: RecordId }>`
    select e.id from finance_entries e
    where e.tenant_id = ${tx.tenantId} and e.kind = ${kind} and e.deleted_at is null
      and e.period_start = ${from}::date and e.period_end = ${to}::date and ${IS_DRAFT}
    order by e.created_at, e.id
  `.execute(tx.db);
  return rows.map(({ id }) => id);
}
