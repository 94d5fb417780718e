import type { Json } from '../json.ts';

export const ROLES = ['manager', 'employee'] as const;
export type Role = (typeof ROLES)[number];

/**
 * Rows whose `field` holds the member's own id under `key`; `field: 'id'` means the record itself.
 * `{ field: 'teamId', key: 'team' }`: rows of the member's team.
 */
export interface RowKey {
  readonly field: string;
  readonly key: string;
}

/**
 * Rows that a live record of the entity `via` names in its reference `field`, if the member may read that record:
 * `{ via: 'task', field: 'clientId' }`, the clients of the member's tasks. Only for reading.
 */
export interface NamedRows {
  readonly via: string;
  readonly field: string;
}

/**
 * Rows that belong to a live or deleted record of the entity `owner`, if the member may read that record: see `ownedBy` of an
 * entity. For reading, and to say to which records a member may add some: those that also hold one of the values in `where`.
 */
export interface OwnedRows {
  readonly owner: string;
  readonly where?: Limits;
}

/** One of these values in each of these fields. */
export interface Limits {
  readonly [field: string]: readonly string[];
}

export type RowRule = RowKey | NamedRows | OwnedRows;

/** A right on some rows and some of their fields. Several grants of one action are tried in order, the first match counts. */
export interface Grant {
  readonly rows: 'all' | readonly RowRule[];
  /** The row must also hold one of these values in each of these fields. */
  readonly where?: Limits;
  readonly fields: 'all' | readonly string[];
}

/** An empty list denies the action. Create and update must match the resulting row, update and delete also the stored one. */
export interface EntityAccess {
  readonly read: readonly Grant[];
  readonly create: readonly Grant[];
  readonly update: readonly Grant[];
  readonly delete: readonly Grant[];
}

export type RoleTable<EntityName extends string = string> = {
  readonly [R in Role]: { readonly [E in EntityName]: EntityAccess };
};

const EVERYTHING: readonly Grant[] = [{ rows: 'all', fields: 'all' }];

export const FULL_ACCESS: EntityAccess = {
  read: EVERYTHING,
  create: EVERYTHING,
  update: EVERYTHING,
  delete: EVERYTHING,
};
export const NO_ACCESS: EntityAccess = { read: [], create: [], update: [], delete: [] };
export const READ_ONLY: EntityAccess = { ...NO_ACCESS, read: EVERYTHING };

/** A member's own ids by key: `{ employee: '<id>', team: '<id>' }`. A key that is absent matches no row. */
export type ScopeKeys = { readonly [key: string]: string };

/** What a grant looks at: the record's values and its id. */
export interface ScopedRow {
  readonly id: string;
  readonly values: { readonly [field: string]: Json };
}

/** Whether other records show the row to the member, by such a rule; nobody knows it from the row alone. */
export type IsNamed = (rule: NamedRows | OwnedRows) => boolean;

const NEVER: IsNamed = () => false;

/** The first grant that covers the row, or `null`. */
export function grantFor(
  grants: readonly Grant[],
  row: ScopedRow,
  keys: ScopeKeys,
  isNamed: IsNamed = NEVER,
): Grant | null {
  return grants.find((grant) => covers(grant, row, keys, isNamed)) ?? null;
}

export function allowsField(grant: Grant, field: string): boolean {
  return grant.fields === 'all' || grant.fields.includes(field);
}

/** Whether the row holds one of the grant's values in each field that `where` limits. */
export function meetsWhere({ where = {} }: { readonly where?: Limits }, row: ScopedRow): boolean {
  return Object.entries(where).every(([field, allowed]) => allowed.includes(row.values[field] as string));
}

/** The id that a rule looks at in a row. */
export function keyValue({ field }: RowKey, row: ScopedRow): Json {
  return field === 'id' ? row.id : (row.values[field] ?? null);
}

export function isNamedRows(rule: RowRule): rule is NamedRows {
  return 'via' in rule;
}

export function isOwnedRows(rule: RowRule): rule is OwnedRows {
  return 'owner' in rule;
}

function covers(grant: Grant, row: ScopedRow, keys: ScopeKeys, isNamed: IsNamed): boolean {
  const inRows =
    grant.rows === 'all' ||
    grant.rows.some((rule) => {
      if (isNamedRows(rule) || isOwnedRows(rule)) return isNamed(rule);
      const own = keys[rule.key];
      return own !== undefined && keyValue(rule, row) === own;
    });
  return inRows && meetsWhere(grant, row);
}
