import { type Cursor, EVERYBODY, grantFor, isNamedRows, leavingKeys, readGrants, scopeKey } from '@backhaul/shared';
import type { ScopeExit, SeenExit, SeenRow, Viewer } from '@backhaul/shared/engine';
import { type MemoryTenant, rowOf, type StoredRow } from './memory-tenant.ts';
import { findNamed } from './named-rows.ts';

export interface ItemsQuery {
  /** Rows with a later version; `null`: from the start. */
  readonly after: Cursor | null;
  /** Tombstones up to this version are left out. */
  readonly snapshot: Cursor | null;
  /** Records that left the member's sight count from here on. */
  readonly exitsAfter: Cursor;
  readonly limit: number;
}

/** What comes next for a member, in the order of versions. */
export function readItems(tenant: MemoryTenant, viewer: Viewer, query: ItemsQuery): (SeenRow | SeenExit)[] {
  const { after, snapshot, limit } = query;
  const rows = [...tenant.rows.values()].flatMap((row): SeenRow[] => {
    if (after !== null && row.updatedAt <= after) return [];
    if (snapshot !== null && row.deletedAt !== null && row.updatedAt <= snapshot) return [];
    const grant = grantIndex(tenant, viewer, row);
    return grant < 0 ? [] : [{ ...row, kind: 'row', grant }];
  });
  return [...rows, ...readExits(tenant, viewer, query)]
    .sort((one, other) => (one.updatedAt < other.updatedAt ? -1 : 1))
    .slice(0, limit);
}

function readExits(tenant: MemoryTenant, viewer: Viewer, { exitsAfter }: ItemsQuery): SeenExit[] {
  const { domain, role, keys } = viewer;
  const held = (entity: string): ReadonlySet<string> =>
    new Set(
      [...leavingKeys(domain, role, entity)].flatMap((key) => {
        if (key === EVERYBODY) return [key];
        return keys[key] === undefined ? [] : [scopeKey(key, keys[key])];
      }),
    );
  const last = new Map<string, ScopeExit>();
  for (const exit of tenant.exits.values()) {
    if (exit.role !== role || !held(exit.entity).has(exit.scopeKey)) continue;
    const key = `${exit.entity}/${exit.id}`;
    const other = last.get(key);
    if (!other || other.version < exit.version) last.set(key, exit);
  }
  return [...last.values()]
    .filter(({ entity, id, version }) => {
      const row = rowOf(tenant, entity, id);
      return version > exitsAfter && !(row && grantIndex(tenant, viewer, row) >= 0);
    })
    .map(({ entity, id, version }) => ({ kind: 'exit', entity, id, updatedAt: version }));
}

/** Position of the first read grant that covers the row; below 0: the member does not see it. */
function grantIndex(tenant: MemoryTenant, viewer: Viewer, row: StoredRow): number {
  const grants = readGrants(viewer.domain, viewer.role, row.entity);
  const found = grantFor(grants, row, viewer.keys, (rule) => {
    const ids = [row.id];
    const query = isNamedRows(rule) ? { rule, ids } : { rule, entity: row.entity, ids };
    return findNamed(tenant, viewer, [query])[0]?.has(row.id) === true;
  });
  return found === null ? -1 : grants.indexOf(found);
}
