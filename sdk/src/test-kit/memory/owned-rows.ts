import { entityOf, grantFor, readGrants, type RecordId } from '@backhaul/shared';
import type { OwnedLookup, OwnedQuery, OwnedRecord, Viewer } from '@backhaul/shared/engine';
import { type MemoryTenant, rowOf, rowsOf } from './memory-tenant.ts';

/** The records, live or deleted, that belong to those of each lookup. */
export function findOwned(tenant: MemoryTenant, lookups: readonly OwnedLookup[]): OwnedRecord[][] {
  return lookups.map(({ entity, owner, ownerIds }) => {
    const ownedBy = entityOf(tenant.domain, entity)?.ownedBy;
    if (!ownedBy) return [];
    const wanted = new Set<unknown>(ownerIds);
    return rowsOf(tenant, entity)
      .filter(({ values }) => values[ownedBy.type] === owner && wanted.has(values[ownedBy.id]))
      .map(({ id, values, deletedAt }) => ({ id, ownerId: values[ownedBy.id] as RecordId, deletedAt }))
      .sort((one, other) => (one.id < other.id ? -1 : 1));
  });
}

/** Those of the ids that belong to a record, live or deleted, that the member may read. */
export function ownedAndSeen(
  tenant: MemoryTenant,
  { domain, role, keys }: Viewer,
  { rule: { owner }, entity, ids }: OwnedQuery,
): ReadonlySet<RecordId> {
  const ownedBy = entityOf(domain, entity)?.ownedBy;
  if (!ownedBy) return new Set();
  return new Set(
    ids.filter((id) => {
      const values = rowOf(tenant, entity, id)?.values;
      const owning = values?.[ownedBy.type] === owner ? rowOf(tenant, owner, values[ownedBy.id] as string) : undefined;
      return owning !== undefined && grantFor(readGrants(domain, role, owner), owning, keys) !== null;
    }),
  );
}
