import { columnName, type Cursor, type Domain, type Entity, entityOf } from '@backhaul/shared';
import { type RawBuilder, sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';
import { raisePurgedTo } from './raise-purged-to.ts';

/** How far a purge has come. It goes through one entity after the other, in the order of versions. */
export interface PurgePosition {
  readonly entity: string;
  /** The newest tombstone that was looked at. */
  readonly after: Cursor;
}

export interface PurgeBatch {
  /** Tombstones of this version and older; a younger one stays whatever else is true. */
  readonly upTo: Cursor;
  /** Tombstones to look at: what a batch costs, and how long it keeps writers waiting. */
  readonly limit: number;
  /** `null`: from the start. */
  readonly from: PurgePosition | null;
}

export interface Purged {
  readonly count: number;
  /** Where the next batch goes on; `null`: everything has been looked at. */
  readonly next: PurgePosition | null;
}

/**
 * Removes tombstones up to a version, except those that a live row still refers to and documents that bear a number: who has
 * one may ask about it, and what it charged is not charged again. Leaves a stub of each. Records the
 * highest version really purged, which expires older cursors. A part at a time, each in a transaction of its own under the
 * tenant clock's lock, as the owner of the tables: the service's role can not delete rows. What is kept is not looked at again.
 */
export async function purgeTombstones(tx: TenantTx, domain: Domain, batch: PurgeBatch): Promise<Purged> {
  const names = Object.keys(domain.entities);
  let left = batch.limit;
  let count = 0;
  let highest: Cursor | null = null;
  let next: PurgePosition | null = null;
  for (const name of batch.from === null ? names : names.slice(names.indexOf(batch.from.entity))) {
    const after = name === batch.from?.entity ? batch.from.after : null;
    const part = await purgeEntity(tx, domain, name, { upTo: batch.upTo, limit: left, after });
    count += part.purged;
    left -= part.examined;
    if (part.highest !== null && (highest === null || part.highest > highest)) highest = part.highest;
    if (part.last !== null) next = { entity: name, after: part.last };
    if (left <= 0) break;
  }
  if (highest !== null) await raisePurgedTo(tx, highest);
  return { count, next: left <= 0 ? next : null };
}

interface PurgedPart {
  readonly examined: number;
  readonly last: Cursor | null;
  readonly purged: number;
  readonly highest: Cursor | null;
}

async function purgeEntity(
  tx: TenantTx,
  domain: Domain,
  name: string,
  { upTo, limit, after }: { upTo: Cursor; limit: number; after: Cursor | null },
): Promise<PurgedPart> {
  const table = sql.table((entityOf(domain, name) as Entity).table);
  const { rows } = await sql<PurgedPart>`
    with batch as (
      select id, updated_at from ${table}
      where tenant_id = ${tx.tenantId} and deleted_at is not null and updated_at <= ${upTo}::timestamptz
        and (${after}::timestamptz is null or updated_at > ${after}::timestamptz)
      order by updated_at limit ${limit}
    ), gone as (
      delete from ${table} as dead using batch
      where dead.tenant_id = ${tx.tenantId} and dead.id = batch.id ${unreferenced(domain, name)}
        and not exists (
          select 1 from document_numbers numbered
          where numbered.tenant_id = dead.tenant_id and numbered.entity = ${name} and numbered.entity_id = dead.id)
      returning dead.id, dead.updated_at
    ), stubs as (
      insert into purged_records (tenant_id, entity, id)
      select ${tx.tenantId}::uuid, ${name}, id from gone
      on conflict do nothing
    )
    select (select count(*)::int from batch) as examined, (select max(updated_at) from batch) as last,
      (select count(*)::int from gone) as purged, (select max(updated_at) from gone) as highest
  `.execute(tx.db);
  return rows[0] as PurgedPart;
}

/** `and` no live row refers to the record `dead`: one condition for each field that could, so that each is a join. */
function unreferenced(domain: Domain, target: string): RawBuilder<unknown> {
  const conditions = Object.values(domain.entities).flatMap((entity: Entity) =>
    Object.entries(entity.fields)
      .filter(([, field]) => field.kind === 'reference' && field.entity === target)
      .map(
        ([field]) => sql`and not exists (
          select 1 from ${sql.table(entity.table)} live
          where live.tenant_id = ${sql.ref('dead.tenant_id')} and live.deleted_at is null
            and live.${sql.ref(columnName(field))} = dead.id)`,
      ),
  );
  return sql.join(conditions, sql` `);
}
