import { type Domain, type Entity, entityOf } from '@backhaul/shared';
import type { RecordKey } from '@backhaul/shared/engine';
import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';

export interface KnownId extends RecordKey {
  /** Only the stub of a purged tombstone is left. */
  readonly purged: boolean;
}

/** Which of these records this tenant has or once had. One statement, whatever their number. */
export async function findKnownIds(tx: TenantTx, domain: Domain, keys: readonly RecordKey[]): Promise<KnownId[]> {
  const byEntity = Map.groupBy(keys, (key) => key.entity);
  if (byEntity.size === 0) return [];
  const parts = [...byEntity].map(([name, group]) => {
    const { table } = entityOf(domain, name) as Entity;
    const ids = group.map((key) => key.id);
    return sql`
      select ${sql.lit(name)} as entity, id, false as purged from ${sql.table(table)}
      where tenant_id = ${tx.tenantId} and id = any(${ids}::uuid[])
      union all
      select entity, id, true from purged_records
      where tenant_id = ${tx.tenantId} and entity = ${name} and id = any(${ids}::uuid[])`;
  });
  const { rows } = await sql<KnownId>`${sql.join(parts, sql` union all `)}`.execute(tx.db);
  return rows;
}
