import { type Entity, MANAGED_KEYS } from '@backhaul/shared';
import type { FieldMap, Row } from './rows.ts';

// The local database may hold more than this version of the app declares: the server is newer, or a newer version of the app
// has been here, or runs in another tab. What is not declared is kept with its record and shown to nobody.

/** The values of a record that this app does not declare. */
export function undeclaredFields(entity: Entity, record: FieldMap | null): FieldMap {
  return Object.fromEntries(Object.entries(record ?? {}).filter(([name]) => !isDeclared(entity, name)));
}

/** A record as the app sees it: the same object if there is nothing to leave out. */
export function declaredFields(entity: Entity, row: Row): Row {
  const names = Object.keys(row);
  if (names.every((name) => isDeclared(entity, name))) return row;
  return Object.fromEntries(Object.entries(row).filter(([name]) => isDeclared(entity, name))) as Row;
}

function isDeclared(entity: Entity, name: string): boolean {
  return Object.hasOwn(entity.fields, name) || MANAGED_KEYS.has(name);
}
