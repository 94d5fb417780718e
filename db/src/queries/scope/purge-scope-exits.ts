import type { Cursor } from '@backhaul/shared';
import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';

/**
 * Removes exits up to a version. Answers the highest version that went, `null` if none did: cursors before it must not be
 * taken any more, so the caller raises `purged_to` to it, in the same transaction. As `purgeTombstones`: under the tenant
 * clock's lock, and as the owner of the tables.
 */
export async function purgeScopeExits(tx: TenantTx, upTo: Cursor): Promise<Cursor | null> {
  const { rows } = await sql<{ highest: Cursor | null }>`
    with gone as (
      delete from scope_exits where tenant_id = ${tx.tenantId} and version <= ${upTo}::timestamptz returning version
    )
    select max(version) as highest from gone
  `.execute(tx.db);
  return rows[0]?.highest ?? null;
}
