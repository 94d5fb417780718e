import { type Domain, type Entity, entityOf } from '@backhaul/shared';
import type { OwnedLookup, OwnedRecord } from '@backhaul/shared/engine';
import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';
import { column } from './visibility.ts';

/** The records, live or deleted, that belong to these. One statement for each lookup, by an index of its own. */
export async function findOwned(
  tx: TenantTx,
  domain: Domain,
  lookups: readonly OwnedLookup[],
): Promise<OwnedRecord[][]> {
  const found: OwnedRecord[][] = [];
  for (const lookup of lookups) found.push(await findFor(tx, domain, lookup));
  return found;
}

async function findFor(tx: TenantTx, domain: Domain, { entity, owner, ownerIds }: OwnedLookup): Promise<OwnedRecord[]> {
  const { table, ownedBy } = entityOf(domain, entity) as Entity;
  if (ownerIds.length === 0 || !ownedBy) return [];
  const { rows } = await sql<OwnedRecord>`
    select owned.id, ${column('owned', ownedBy.id)} as "ownerId", owned.deleted_at as "deletedAt"
    from ${sql.table(table)} as owned
    where owned.tenant_id = ${tx.tenantId} and ${column('owned', ownedBy.type)} = ${owner}
      and ${column('owned', ownedBy.id)} = any(${ownerIds}::uuid[])
    order by owned.id
  `.execute(tx.db);
  return rows;
}
