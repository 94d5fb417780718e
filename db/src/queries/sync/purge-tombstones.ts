import { columnName, type Cursor, type Domain, type Entity } from '@backhaul/shared';
import { type RawBuilder, sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';

/**
 * Removes tombstones up to a version, except those that a live row still refers to, and leaves a stub of each. Records the
 * highest version really purged, which expires older cursors. Run under the tenant clock's lock, as the owner of the
 * tables: the service's role can not delete rows. Answers how many rows went.
 */
export async function purgeTombstones(tx: TenantTx, domain: Domain, upTo: Cursor): Promise<number> {
  let purged = 0;
  let highest: Cursor | null = null;
  for (const [name, entity] of Object.entries(domain.entities)) {
    const { rows } = await sql<{ count: number; highest: Cursor | null }>`
      with gone as (
        delete from ${sql.table(entity.table)} as dead
        where dead.tenant_id = ${tx.tenantId} and dead.deleted_at is not null
          and dead.updated_at <= ${upTo}::timestamptz and not (${referencedBy(domain, name)})
        returning dead.id, dead.updated_at
      ), stubs as (
        insert into purged_records (tenant_id, entity, id)
        select ${tx.tenantId}::uuid, ${name}, id from gone
        on conflict do nothing
      )
      select count(*)::int as count, max(updated_at) as highest from gone
    `.execute(tx.db);
    const row = rows[0] as { count: number; highest: Cursor | null };
    purged += row.count;
    if (row.highest !== null && (highest === null || row.highest > highest)) highest = row.highest;
  }
  if (highest !== null) {
    await sql`
      update tenant_clocks set purged_to = greatest(purged_to, ${highest}::timestamptz)
      where tenant_id = ${tx.tenantId}
    `.execute(tx.db);
  }
  return purged;
}

/** Whether a live row refers to the record `dead`. */
function referencedBy(domain: Domain, target: string): RawBuilder<unknown> {
  const referrers = Object.values(domain.entities).flatMap((entity: Entity) =>
    Object.entries(entity.fields)
      .filter(([, field]) => field.kind === 'reference' && field.entity === target)
      .map(
        ([field]) => sql`exists (
          select 1 from ${sql.table(entity.table)} live
          where live.tenant_id = dead.tenant_id and live.deleted_at is null
            and live.${sql.ref(columnName(field))} = dead.id)`,
      ),
  );
  return referrers.length === 0 ? sql`false` : sql.join(referrers, sql` or `);
}
