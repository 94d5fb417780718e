import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';

/**
 * Removes up to `limit` receipts that were written before an instant, oldest first, and answers how many. No lock: a push that
 * reads them at the same time finds them or does not, as if it had come a moment earlier or later.
 */
export async function purgeReceipts(
  tx: TenantTx,
  { before, limit }: { before: string; limit: number },
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    with old as (
      select change_id from receipts
      where tenant_id = ${tx.tenantId} and created_at < ${before}::timestamptz
      order by created_at limit ${limit}
    ), gone as (
      delete from receipts using old
      where receipts.tenant_id = ${tx.tenantId} and receipts.change_id = old.change_id
      returning receipts.change_id
    )
    select count(*)::int as count from gone
  `.execute(tx.db);
  return rows[0]?.count ?? 0;
}
