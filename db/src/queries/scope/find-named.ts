import { type Entity, entityOf, type RecordId } from '@backhaul/shared';
import type { NamedQuery, Viewer } from '@backhaul/shared/engine';
import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';
import { column, visibility } from './visibility.ts';

/** For each query, those of the ids that a live record which the member may read names. One statement; none for no query. */
export async function findNamed(
  tx: TenantTx,
  viewer: Viewer,
  queries: readonly NamedQuery[],
): Promise<ReadonlySet<RecordId>[]> {
  const parts = queries.flatMap(({ rule, ids, except = [] }, index) => {
    const seen = visibility(tx, viewer, rule.via, 'naming');
    if (seen === null || ids.length === 0) return [];
    return sql`
      select ${sql.lit(index)} as query, wanted.id from unnest(${ids}::uuid[]) as wanted (id)
      where exists (
        select 1 from ${sql.table((entityOf(viewer.domain, rule.via) as Entity).table)} as naming
        where naming.tenant_id = ${tx.tenantId} and naming.deleted_at is null
          and ${column('naming', rule.field)} = wanted.id and naming.id <> all(${except}::uuid[])
          and ${seen.condition})`;
  });
  const found = queries.map(() => new Set<RecordId>());
  if (parts.length === 0) return found;
  const { rows } = await sql<{ query: number; id: RecordId }>`${sql.join(parts, sql` union all `)}`.execute(tx.db);
  for (const { query, id } of rows) found[query]?.add(id);
  return found;
}
