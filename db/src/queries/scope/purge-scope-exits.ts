import type { Cursor } from '@backhaul/shared';
import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';
import { raisePurgedTo } from '../sync/raise-purged-to.ts';

/**
 * Removes up to `limit` exits up to a version, oldest first, and expires the cursors that they were for. Answers how many went.
 * As `purgeTombstones`: under the tenant clock's lock, and as the owner of the tables.
 */
export async function purgeScopeExits(tx: TenantTx, { upTo, limit }: { upTo: Cursor; limit: number }): Promise<number> {
  const { rows } = await sql<{ count: number; highest: Cursor | null }>`
    with old as (
      select role, scope_key, entity, id from scope_exits
      where tenant_id = ${tx.tenantId} and version <= ${upTo}::timestamptz
      order by version limit ${limit}
    ), gone as (
      delete from scope_exits as dead using old
      where dead.tenant_id = ${tx.tenantId} and dead.role = old.role and dead.scope_key = old.scope_key
        and dead.entity = old.entity and dead.id = old.id
      returning dead.version
    )
    select count(*)::int as count, max(version) as highest from gone
  `.execute(tx.db);
  const { count, highest } = rows[0] as { count: number; highest: Cursor | null };
  if (highest !== null) await raisePurgedTo(tx, highest);
  return count;
}
