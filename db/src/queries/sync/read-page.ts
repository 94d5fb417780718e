import {
  columnName,
  type Cursor,
  type Domain,
  type Entity,
  entityOf,
  type Grant,
  type RecordId,
  type RecordValues,
  type Role,
  type ScopeKeys,
} from '@backhaul/shared';
import { type RawBuilder, sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';
import { canonicalValues, valuesObject } from './stored-row.ts';

export interface PageQuery {
  readonly domain: Domain;
  readonly role: Role;
  readonly keys: ScopeKeys;
  /** Rows with a later version; `null`: from the start. */
  readonly after: Cursor | null;
  /** Tombstones up to this version are left out: nobody who starts after it can hold their records. */
  readonly snapshot: Cursor | null;
  /** Rows to read. */
  readonly limit: number;
  /** Leave all tombstones out. */
  readonly liveOnly?: boolean;
  /** Only these entities; all of the domain when left out. */
  readonly entities?: readonly string[];
}

export interface PageRow {
  readonly entity: string;
  readonly id: RecordId;
  readonly createdAt: Cursor;
  readonly updatedAt: Cursor;
  readonly deletedAt: Cursor | null;
  readonly values: RecordValues;
  readonly sealed: Buffer | null;
}

/**
 * The next rows that a member may see, of all entities, in the order of their versions. One statement: each entity's branch
 * walks its own (tenant, version) index and stops after `limit` rows.
 */
export async function readPage(tx: TenantTx, query: PageQuery): Promise<PageRow[]> {
  const branches = (query.entities ?? Object.keys(query.domain.entities))
    .map((name) => branch(tx, query, name))
    .filter((part) => part !== null);
  if (branches.length === 0) return [];
  const { rows } = await sql<PageRow>`
    select * from (${sql.join(branches, sql` union all `)}) as page
    order by "updatedAt" limit ${query.limit}
  `.execute(tx.db);
  return rows.map((row) => ({
    ...row,
    values: canonicalValues(entityOf(query.domain, row.entity) as Entity, row.values),
  }));
}

function branch(tx: TenantTx, query: PageQuery, name: string): RawBuilder<unknown> | null {
  const entity = entityOf(query.domain, name) as Entity;
  const visible = visibleRows(query.domain.roles[query.role][name]?.read ?? [], query.keys);
  if (visible === null) return null;
  const conditions = [sql`tenant_id = ${tx.tenantId}`, visible];
  if (query.after !== null) conditions.push(sql`updated_at > ${query.after}::timestamptz`);
  if (query.liveOnly) conditions.push(sql`deleted_at is null`);
  else if (query.snapshot !== null) {
    conditions.push(sql`(deleted_at is null or updated_at > ${query.snapshot}::timestamptz)`);
  }
  return sql`
    (select ${sql.lit(name)} as entity, id, created_at as "createdAt", updated_at as "updatedAt",
       deleted_at as "deletedAt", ${valuesObject(entity)} as "values", sealed
     from ${sql.table(entity.table)}
     where ${sql.join(conditions, sql` and `)}
     order by updated_at limit ${query.limit})`;
}

/** The rows that any of the grants covers, as a condition; `null` when that is none. */
function visibleRows(grants: readonly Grant[], keys: ScopeKeys): RawBuilder<unknown> | null {
  const conditions: RawBuilder<unknown>[] = [];
  for (const grant of grants) {
    const limits = Object.entries(grant.where ?? {}).map(
      ([field, values]) => sql`${sql.ref(columnName(field))} = any(${[...values]}::text[])`,
    );
    if (grant.rows !== 'all') {
      const owned = grant.rows
        .filter(({ key }) => keys[key] !== undefined)
        .map(({ field, key }) => sql`${sql.ref(columnName(field))} = ${keys[key]}::uuid`);
      if (owned.length === 0) continue;
      limits.push(sql`(${sql.join(owned, sql` or `)})`);
    }
    conditions.push(limits.length === 0 ? sql`true` : sql`(${sql.join(limits, sql` and `)})`);
  }
  return conditions.length === 0 ? null : sql`(${sql.join(conditions, sql` or `)})`;
}
