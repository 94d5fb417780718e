import type { Domain } from './define-domain.ts';
import {
  type Grant,
  isNamedRows,
  isOwnedRows,
  keyValue,
  meetsWhere,
  type NamedRows,
  type OwnedRows,
  type Role,
  type RowKey,
  type ScopedRow,
} from './roles.ts';

/** Scope key of what a role grants to all of its members, whatever their own keys. */
export const EVERYBODY = '*';

/** A key with its value, `employee:<id>`, or `*`: a record enters and leaves the scope of those who hold one. */
export type ScopeKey = string;

export const scopeKey = (name: string, value: string): ScopeKey => `${name}:${value}`;

/** The keys through which a row is seen by itself: not those of records that name it. */
export function coveringKeys(grants: readonly Grant[], row: ScopedRow): Set<ScopeKey> {
  const covering = new Set<ScopeKey>();
  for (const grant of grants) {
    if (!meetsWhere(grant, row)) continue;
    if (grant.rows === 'all') covering.add(EVERYBODY);
    for (const rule of keyRules(grant)) {
      const value = keyValue(rule, row);
      if (typeof value === 'string') covering.add(scopeKey(rule.key, value));
    }
  }
  return covering;
}

export function readGrants(domain: Domain, role: Role, entity: string): readonly Grant[] {
  return domain.roles[role][entity]?.read ?? [];
}

export function keyRules({ rows }: Grant): RowKey[] {
  return rows === 'all' ? [] : rows.filter((rule): rule is RowKey => !isNamedRows(rule) && !isOwnedRows(rule));
}

/** The rules by which other records decide who sees an entity's rows. */
export function namedRules(grants: readonly Grant[]): NamedRows[] {
  return grants.flatMap(({ rows }) => (rows === 'all' ? [] : rows.filter(isNamedRows)));
}

/** The rules by which the record that a row belongs to decides who sees it. */
export function ownedRules(grants: readonly Grant[]): OwnedRows[] {
  return grants.flatMap(({ rows }) => (rows === 'all' ? [] : rows.filter(isOwnedRows)));
}

/** Whether everybody with the role sees every row, and only fields may differ: then nothing ever leaves the scope. */
export function seesEverything(grants: readonly Grant[]): boolean {
  return grants.some(({ rows, where = {} }) => rows === 'all' && Object.keys(where).length === 0);
}

/** Names of the keys (`*` among them) with which rows of an entity may leave the scope of a role. */
export function leavingKeys(domain: Domain, role: Role, entity: string): Set<string> {
  const grants = readGrants(domain, role, entity);
  if (seesEverything(grants)) return new Set();
  const showing = [
    ...namedRules(grants).map(({ via }) => via),
    ...ownedRules(grants).map(({ owner }) => owner),
  ].flatMap((other) => readGrants(domain, role, other));
  return new Set(
    [...grants, ...showing].flatMap((grant) =>
      grant.rows === 'all' ? [EVERYBODY] : keyRules(grant).map(({ key }) => key),
    ),
  );
}
