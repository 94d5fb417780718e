import { type Cursor, type Entity, entityOf, type RecordId, type RecordValues } from '@backhaul/shared';
import type { Viewer } from '@backhaul/shared/engine';
import { type RawBuilder, sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';
import { exitBranches } from '../scope/exit-branches.ts';
import { visibility } from '../scope/visibility.ts';
import { canonicalValues, valuesObject } from './stored-row.ts';

export interface PageQuery extends Viewer {
  /** Rows with a later version; `null`: from the start. */
  readonly after: Cursor | null;
  /** Tombstones up to this version are left out: nobody who starts after it can hold their records. */
  readonly snapshot: Cursor | null;
  /** Also the records that left the member's scope with a later version than this, and that the member does not see now. */
  readonly exitsAfter?: Cursor;
  /** Rows to read. */
  readonly limit: number;
  /** Leave all tombstones out. */
  readonly liveOnly?: boolean;
  /** Only these entities; all of the domain when left out. */
  readonly entities?: readonly string[];
}

export interface PageRow {
  readonly kind: 'row';
  readonly entity: string;
  readonly id: RecordId;
  readonly createdAt: Cursor;
  readonly updatedAt: Cursor;
  readonly deletedAt: Cursor | null;
  readonly values: RecordValues;
  readonly sealed: Buffer | null;
  /** Position of the read grant, among those of role and entity, that shows the row. */
  readonly grant: number;
}

export interface PageExit {
  readonly kind: 'exit';
  readonly entity: string;
  readonly id: RecordId;
  readonly updatedAt: Cursor;
}

export type PageItem = PageRow | PageExit;

/**
 * What comes next for a member, of all entities, in the order of versions: rows that they may see, and records that left their
 * scope. One statement: each entity's branch walks its own (tenant, version) index and stops after `limit` rows. A member
 * never meets two items of one version: an exit shares it with the row that left at most, and only one of the two is shown.
 */
export async function readPage(tx: TenantTx, query: PageQuery & { readonly exitsAfter: Cursor }): Promise<PageItem[]>;
export async function readPage(tx: TenantTx, query: PageQuery): Promise<PageRow[]>;
export async function readPage(tx: TenantTx, query: PageQuery): Promise<PageItem[]> {
  const entities = query.entities ?? Object.keys(query.domain.entities);
  const branches = entities.flatMap((name) => [...rowBranches(tx, query, name), ...exitBranches(tx, query, name)]);
  if (branches.length === 0) return [];
  const { rows } = await sql<PageItem>`
    select * from (${sql.join(branches, sql` union all `)}) as page
    order by "updatedAt" limit ${query.limit}
  `.execute(tx.db);
  return rows.map((item) => (item.kind === 'exit' ? toExit(item) : toRow(query, item)));
}

function toRow({ domain }: Viewer, row: PageRow): PageRow {
  return { ...row, values: canonicalValues(entityOf(domain, row.entity) as Entity, row.values) };
}

function toExit({ kind, entity, id, updatedAt }: PageExit): PageExit {
  return { kind, entity, id, updatedAt };
}

function rowBranches(tx: TenantTx, query: PageQuery, name: string): RawBuilder<unknown>[] {
  const entity = entityOf(query.domain, name) as Entity;
  const seen = visibility(tx, query, name, 'seen');
  if (seen === null) return [];
  const conditions = [sql`seen.tenant_id = ${tx.tenantId}`, seen.condition];
  if (query.after !== null) conditions.push(sql`seen.updated_at > ${query.after}::timestamptz`);
  if (query.liveOnly) conditions.push(sql`seen.deleted_at is null`);
  else if (query.snapshot !== null) {
    conditions.push(sql`(seen.deleted_at is null or seen.updated_at > ${query.snapshot}::timestamptz)`);
  }
  return [
    sql`
    (select 'row' as kind, ${sql.lit(name)} as entity, id, updated_at as "updatedAt", created_at as "createdAt",
       deleted_at as "deletedAt", ${valuesObject(entity)} as "values", sealed, ${seen.grant} as "grant"
     from ${sql.table(entity.table)} as seen
     where ${sql.join(conditions, sql` and `)}
     order by updated_at limit ${query.limit})`,
  ];
}
