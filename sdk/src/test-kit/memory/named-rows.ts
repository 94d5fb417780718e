import { coveringKeys, grantFor, readGrants, type RecordId } from '@backhaul/shared';
import {
  type NamedQuery,
  type NameMove,
  type OwnedQuery,
  recordKey,
  type Viewer,
  type WrittenRecord,
} from '@backhaul/shared/engine';
import { type MemoryTenant, rowsOf } from './memory-tenant.ts';
import { ownedAndSeen } from './owned-rows.ts';

/**
 * For each query, those of the ids that a record which the member may read shows them: a live one that names them, or the one
 * that they belong to.
 */
export function findNamed(
  tenant: MemoryTenant,
  viewer: Viewer,
  queries: readonly (NamedQuery | OwnedQuery)[],
): ReadonlySet<RecordId>[] {
  const { domain, role, keys } = viewer;
  return queries.map((query) => {
    if ('entity' in query) return ownedAndSeen(tenant, viewer, query);
    const { rule, ids, except = [] } = query;
    const wanted = new Set<unknown>(ids);
    const left = new Set(except);
    const naming = rowsOf(tenant, rule.via).filter(
      (row) =>
        row.deletedAt === null &&
        !left.has(row.id) &&
        wanted.has(row.values[rule.field]) &&
        grantFor(readGrants(domain, role, rule.via), row, keys) !== null,
    );
    return new Set(naming.map((row) => row.values[rule.field] as RecordId));
  });
}

/** Those of the pairs that no record holds but those that were written. */
export function movesNotHeld(
  tenant: MemoryTenant,
  moves: readonly NameMove[],
  written: ReadonlyMap<string, WrittenRecord>,
): NameMove[] {
  return moves.filter(
    ({ role, rule, id, scopeKey }) =>
      !rowsOf(tenant, rule.via).some(
        (row) =>
          row.deletedAt === null &&
          row.values[rule.field] === id &&
          !written.has(recordKey(row.entity, row.id)) &&
          coveringKeys(readGrants(tenant.domain, role, rule.via), row).has(scopeKey),
      ),
  );
}
