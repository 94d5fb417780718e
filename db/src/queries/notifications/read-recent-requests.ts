import type { Cursor } from '@backhaul/shared';
import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';

/**
 * The versions of the latest requests that queued something after `since`, the oldest first. Under the tenant clock's lock
 * the count is exact, whichever instances took them.
 */
export async function readRecentRequests(
  tx: TenantTx,
  { since, limit }: { readonly since: Cursor; readonly limit: number },
): Promise<Cursor[]> {
  const { rows } = await sql<{ version: Cursor }>`
    select version from (
      select min(version) as version from notifications
      where tenant_id = ${tx.tenantId} and version > ${since}::timestamptz
      group by request_id order by min(version) desc limit ${limit}
    ) recent order by version
  `.execute(tx.db);
  return rows.map(({ version }) => version);
}
