import type { ClientDomain } from './define-domain.ts';
import type { Entity } from './define-entity.ts';
import type { Field, Fields } from './field.ts';

export interface EntitySnapshot {
  readonly table: string;
  readonly writer?: 'server';
  /** As their values travel: without a policy. */
  readonly fields: Fields;
}

/** What a client could notice of a domain, as JSON: the record of what has been released. */
export interface DomainSnapshot {
  readonly name: string;
  readonly schemaVersion: number;
  readonly entities: { readonly [name: string]: EntitySnapshot };
}

/** Conflict policies, roles, scopes and advisory transitions are left out: they change what happens, not what may be sent. */
export function snapshotOf({ name, schemaVersion, entities }: ClientDomain): DomainSnapshot {
  return { name, schemaVersion, entities: mapValues(entities, entitySnapshot) };
}

function entitySnapshot({ table, writer, fields }: Entity): EntitySnapshot {
  return { table, ...(writer === undefined ? {} : { writer }), fields: mapValues(fields, fieldSnapshot) };
}

function fieldSnapshot({ policy: _, ...field }: Field): Field {
  return field.kind === 'objectList' ? { ...field, item: mapValues(field.item, fieldSnapshot) } : field;
}

function mapValues<In, Out>(values: { readonly [name: string]: In }, map: (value: In) => Out): Record<string, Out> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value)]));
}
