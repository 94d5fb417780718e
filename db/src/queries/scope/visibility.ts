import {
  columnName,
  type Entity,
  entityOf,
  type Grant,
  isNamedRows,
  isOwnedRows,
  type Limits,
  type NamedRows,
  type OwnedRows,
  readGrants,
  type RowKey,
  type RowRule,
} from '@backhaul/shared';
import type { Viewer } from '@backhaul/shared/engine';
import { type RawBuilder, sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';

/** The rows of one entity that a member may see, as parts of a statement. */
export interface Visibility {
  readonly condition: RawBuilder<boolean>;
  /** Position, among the read grants of role and entity, of the first one that covers the row. */
  readonly grant: RawBuilder<number>;
}

/** For rows of the table that the statement calls `alias`; `null` where the member may see none at all. */
export function visibility(tx: TenantTx, viewer: Viewer, entity: string, alias: string): Visibility | null {
  const covered = readGrants(viewer.domain, viewer.role, entity).flatMap((grant, index) => {
    const condition = grantCondition(tx, viewer, grant, { entity, alias });
    return condition === null ? [] : [{ index: sql.lit(index), condition }];
  });
  const [first, ...others] = covered;
  if (!first) return null;
  const cases = covered.map(({ index, condition }) => sql`when ${condition} then ${index}`);
  const conditions = covered.map(({ condition }) => condition);
  return {
    condition: sql<boolean>`(${sql.join(conditions, sql` or `)})`,
    // Nothing is looked up again where there is no choice.
    grant: others.length === 0 ? first.index : sql<number>`case ${sql.join(cases, sql` `)} end`,
  };
}

/** The values that a grant's `where` asks for. */
export function limitsOf({ where = {} }: { readonly where?: Limits }, alias: string): RawBuilder<unknown>[] {
  return Object.entries(where).map(([field, values]) => sql`${column(alias, field)} = any(${[...values]}::text[])`);
}

export function column(alias: string, field: string): RawBuilder<unknown> {
  return sql.ref(`${alias}.${columnName(field)}`);
}

/** The rows that a condition is about. */
interface Rows {
  readonly entity: string;
  readonly alias: string;
}

function grantCondition(tx: TenantTx, viewer: Viewer, grant: Grant, rows: Rows): RawBuilder<unknown> | null {
  const limits = limitsOf(grant, rows.alias);
  if (grant.rows !== 'all') {
    const ways = grant.rows.map((rule) => ruleCondition(tx, viewer, rule, rows)).filter((way) => way !== null);
    if (ways.length === 0) return null;
    limits.push(sql`(${sql.join(ways, sql` or `)})`);
  }
  return limits.length === 0 ? sql`true` : sql`(${sql.join(limits, sql` and `)})`;
}

function ruleCondition(tx: TenantTx, viewer: Viewer, rule: RowRule, rows: Rows): RawBuilder<unknown> | null {
  if (isNamedRows(rule)) return namedCondition(tx, viewer, rule, rows.alias);
  return isOwnedRows(rule) ? ownedCondition(tx, viewer, rule, rows) : keyCondition(viewer, rule, rows.alias);
}

function keyCondition({ keys }: Viewer, { field, key }: RowKey, alias: string): RawBuilder<unknown> | null {
  return keys[key] === undefined ? null : sql`${column(alias, field)} = ${keys[key]}::uuid`;
}

/** Never deeper than one step: the records that name others are not seen by being named themselves. */
function namedCondition(tx: TenantTx, viewer: Viewer, rule: NamedRows, alias: string): RawBuilder<unknown> | null {
  const seen = visibility(tx, viewer, rule.via, 'naming');
  if (seen === null) return null;
  const { table } = entityOf(viewer.domain, rule.via) as Entity;
  return sql`exists (
    select 1 from ${sql.table(table)} as naming
    where naming.tenant_id = ${tx.tenantId} and naming.deleted_at is null
      and ${column('naming', rule.field)} = ${column(alias, 'id')} and ${seen.condition})`;
}

/** Deleted owners count: what belongs to them is deleted as well, and its tombstone is to be seen by the same people. */
export function ownedCondition(
  tx: TenantTx,
  viewer: Viewer,
  { owner }: OwnedRows,
  { entity, alias }: { readonly entity: string; readonly alias: string },
): RawBuilder<unknown> | null {
  const seen = visibility(tx, viewer, owner, 'owning');
  const { ownedBy } = entityOf(viewer.domain, entity) as Entity;
  if (seen === null || !ownedBy) return null;
  const { table } = entityOf(viewer.domain, owner) as Entity;
  return sql`(${column(alias, ownedBy.type)} = ${owner} and exists (
    select 1 from ${sql.table(table)} as owning
    where owning.tenant_id = ${tx.tenantId} and owning.id = ${column(alias, ownedBy.id)} and ${seen.condition}))`;
}
