import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';

/** Messages that wait for the service, the longest first. */
export async function listDueNotifications(
  tx: TenantTx,
  { now, limit }: { readonly now: string; readonly limit: number },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select notification_id as id from notifications
    where tenant_id = ${tx.tenantId} and due_at <= ${now}::timestamptz
    order by due_at limit ${limit}
  `.execute(tx.db);
  return rows.map(({ id }) => id);
}
