import type { FieldValue, FieldValues, Fields } from './field.ts';

/** Advisory status graph: shown by an app, never enforced (squashing and merging would break it). */
export type Transitions = { readonly [from: string]: readonly string[] };

/**
 * The record that each record of an entity belongs to for good, of one of the entities that the enum `type` lists. It is seen by
 * who sees its owner (`OwnedRows`), deleted with it and brought back with it. `links`, by entity of the owner: a field of the
 * owner that names one of its records.
 */
export interface Ownership {
  readonly type: string;
  readonly id: string;
  readonly links?: { readonly [owner: string]: string };
}

export interface EntityDeclaration<Fs extends Fields = Fields> {
  /** SQL table; columns are the fields' names in snake_case. */
  readonly table: string;
  readonly fields: Fs;
  /** `server`: written by the service alone; devices only read it and it has no generic routes. */
  readonly writer?: 'server';
  readonly ownedBy?: Ownership;
  readonly transitions?: { readonly [field: string]: Transitions };
}

export interface Entity<Fs extends Fields = Fields> extends EntityDeclaration<Fs> {
  /** Path segment of the generic routes: `service_types` -> `service-types`. */
  readonly path: string;
  /** Name of the SDK's table: `service_types` -> `serviceTypes`. */
  readonly collection: string;
  readonly fieldNames: readonly string[];
  readonly sensitiveFields: readonly string[];
}

type Declaration<Fs extends Fields, Table extends string> = EntityDeclaration<Fs> & { readonly table: Table };

/** Of an entity that the service alone writes, the SDK's table has no methods that write. */
export function defineEntity<const Fs extends Fields, const Table extends string>(
  declaration: Declaration<Fs, Table> & { readonly writer: 'server'; readonly ownedBy: Ownership },
): Entity<Fs> & { readonly table: Table; readonly writer: 'server'; readonly ownedBy: Ownership };
export function defineEntity<const Fs extends Fields, const Table extends string>(
  declaration: Declaration<Fs, Table> & { readonly writer: 'server' },
): Entity<Fs> & { readonly table: Table; readonly writer: 'server' };
export function defineEntity<const Fs extends Fields, const Table extends string>(
  declaration: Declaration<Fs, Table>,
): Entity<Fs> & { readonly table: Table };
export function defineEntity(declaration: EntityDeclaration): Entity {
  const fieldNames = Object.keys(declaration.fields);
  return {
    ...declaration,
    path: declaration.table.replaceAll('_', '-'),
    collection: camelCase(declaration.table),
    fieldNames,
    sensitiveFields: fieldNames.filter((name) => declaration.fields[name]?.sensitive),
  };
}

/** `checkInTime` -> `check_in_time`: the one rule that names columns. */
export function columnName(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function camelCase(snake: string): string {
  return snake.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Keys that the server manages: ignored in a payload, present in every record it answers. */
export interface ManagedKeys {
  readonly id: string;
  /** ISO-8601 UTC, six decimals; `null` on a device until the server has accepted the record. */
  readonly createdAt: string | null;
  readonly updatedAt: string | null;
}

export const MANAGED_KEYS: ReadonlySet<string> = new Set(['id', 'tenantId', 'createdAt', 'updatedAt', 'deletedAt']);

type FieldsOf<E> = E extends { fields: infer Fs } ? Fs : never;

/** A stored record: every field present. Fields that a member's role hides are absent from its answers. */
export type RecordOf<E> = ManagedKeys & {
  -readonly [Name in keyof FieldsOf<E>]: FieldsOf<E>[Name] extends { required: true }
    ? FieldValue<FieldsOf<E>[Name]>
    : FieldValue<FieldsOf<E>[Name]> | null;
};

/** What `add` takes: required fields, any others, and an id if the app makes its own. */
export type NewRecordOf<E> = FieldValues<FieldsOf<E>> & { id?: string };
