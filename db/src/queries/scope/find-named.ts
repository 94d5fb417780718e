import { type Entity, entityOf, type RecordId } from '@backhaul/shared';
import type { NamedQuery, OwnedQuery, Viewer } from '@backhaul/shared/engine';
import { type RawBuilder, sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';
import { column, ownedCondition, visibility } from './visibility.ts';

/**
 * For each query, those of the ids that a record which the member may read shows them: a live one that names them, or the one
 * that they belong to. One statement; none for no query.
 */
export async function findNamed(
  tx: TenantTx,
  viewer: Viewer,
  queries: readonly (NamedQuery | OwnedQuery)[],
): Promise<ReadonlySet<RecordId>[]> {
  const parts = queries.flatMap((query, index) => {
    const condition = query.ids.length === 0 ? null : shownCondition(tx, viewer, query);
    if (condition === null) return [];
    return sql`
      select ${sql.lit(index)} as query, wanted.id from unnest(${query.ids}::uuid[]) as wanted (id) where ${condition}`;
  });
  const found = queries.map(() => new Set<RecordId>());
  if (parts.length === 0) return found;
  const { rows } = await sql<{ query: number; id: RecordId }>`${sql.join(parts, sql` union all `)}`.execute(tx.db);
  for (const { query, id } of rows) found[query]?.add(id);
  return found;
}

function shownCondition(tx: TenantTx, viewer: Viewer, query: NamedQuery | OwnedQuery): RawBuilder<unknown> | null {
  if ('entity' in query) {
    const owned = ownedCondition(tx, viewer, query.rule, { entity: query.entity, alias: 'owned' });
    if (owned === null) return null;
    return sql`exists (
      select 1 from ${sql.table((entityOf(viewer.domain, query.entity) as Entity).table)} as owned
      where owned.tenant_id = ${tx.tenantId} and owned.id = wanted.id and ${owned})`;
  }
  const { rule, except = [] } = query;
  const seen = visibility(tx, viewer, rule.via, 'naming');
  if (seen === null) return null;
  return sql`exists (
    select 1 from ${sql.table((entityOf(viewer.domain, rule.via) as Entity).table)} as naming
    where naming.tenant_id = ${tx.tenantId} and naming.deleted_at is null
      and ${column('naming', rule.field)} = wanted.id and naming.id <> all(${except}::uuid[])
      and ${seen.condition})`;
}
