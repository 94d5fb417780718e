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

/** A right on some rows and some of their fields. Several grants of one action are tried in order, the first match counts. */
export interface Grant {
  readonly rows: 'all' | readonly RowKey[];
  /** The row must also hold one of these values in each of these fields. */
  readonly where?: { readonly [field: string]: readonly string[] };
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

/** The first grant that covers the row, or `null`. */
export function grantFor(grants: readonly Grant[], row: ScopedRow, keys: ScopeKeys): Grant | null {
  return grants.find((grant) => covers(grant, row, keys)) ?? null;
}

export function allowsField(grant: Grant, field: string): boolean {
  return grant.fields === 'all' || grant.fields.includes(field);
}

function covers(grant: Grant, row: ScopedRow, keys: ScopeKeys): boolean {
  const inRows =
    grant.rows === 'all' ||
    grant.rows.some(({ field, key }) => {
      const own = keys[key];
      return own !== undefined && (field === 'id' ? row.id : row.values[field]) === own;
    });
  if (!inRows) return false;
  return Object.entries(grant.where ?? {}).every(([field, allowed]) => allowed.includes(row.values[field] as string));
}
