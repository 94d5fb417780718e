import { type Entity, jsonEqual, MANAGED_KEYS, parseRecordId, type RecordId } from '@backhaul/shared';
import type { Json } from '@backhaul/shared';
import { BackhaulError } from '../errors.ts';
import { toJson } from './json-value.ts';
import { blankRow } from './overlay.ts';
import type { FieldMap, Row } from './rows.ts';

/** An object as the app wrote it, checked and in JSON form. */
export interface WrittenRecord {
  readonly id: RecordId;
  readonly fields: FieldMap;
}

/** What a write makes of a record: the row to store, and the fields to send. */
export interface RowEdit {
  readonly row: Row;
  readonly payload: FieldMap;
}

/**
 * Reads what the app passed to Dexie. Server-managed keys are ignored; a key that the entity does not declare throws
 * `UNKNOWN_FIELD`, an id that is no UUID `INVALID_ID`. Values are the server's to judge.
 */
export function readWritten(entityName: string, entity: Entity, value: unknown, newId: () => string): WrittenRecord {
  if (typeof value !== 'object' || value === null) {
    throw new BackhaulError('INVALID_VALUE', `${entityName}: a record must be an object`);
  }
  const given = value as { readonly [key: string]: unknown };
  const id = parseRecordId(given['id'] ?? newId());
  if (id === null) throw new BackhaulError('INVALID_ID', `${entityName}: an id must be a UUID`, { id: given['id'] });
  const fields: Record<string, Json> = {};
  for (const [key, member] of Object.entries(given)) {
    if (MANAGED_KEYS.has(key)) continue;
    if (!Object.hasOwn(entity.fields, key)) {
      throw new BackhaulError('UNKNOWN_FIELD', `${entityName} has no field ${key}`, { entity: entityName, field: key });
    }
    if (member !== undefined) fields[key] = toJson(member, key);
  }
  return { id, fields };
}

/**
 * A record that was not visible. Defaults are filled in, everything else is null. Only what holds something is sent, unless
 * the id is `taken` by a record that the server may still know: then nulls count, too.
 */
export function createdRow(entity: Entity, { id, fields }: WrittenRecord, taken: boolean): RowEdit {
  const row: Row = { ...blankRow(entity, id), ...defaults(entity), ...fields };
  const payload = entity.fieldNames.map((name): [string, Json] => [name, row[name] ?? null]);
  return { row, payload: Object.fromEntries(payload.filter(([, value]) => taken || value !== null)) };
}

/**
 * A record that replaces a visible one: as with Dexie's own `put`, a field that is missing becomes null. A field that the
 * old row does not have either is one that the member may not see, and stays out of it.
 */
export function replacedRow(entity: Entity, old: Row, { fields }: WrittenRecord): RowEdit {
  const row: Record<string, Json> = { id: old.id, createdAt: old.createdAt, updatedAt: old.updatedAt };
  const payload: Record<string, Json> = {};
  for (const name of entity.fieldNames) {
    const value = fields[name] ?? null;
    const before = old[name];
    if (before === undefined && value === null) continue;
    row[name] = value;
    if (!jsonEqual(before, value)) payload[name] = value;
  }
  return { row: row as Row, payload };
}

function defaults(entity: Entity): FieldMap {
  const found: Record<string, Json> = {};
  for (const [name, field] of Object.entries(entity.fields)) {
    if ('default' in field && field.default !== undefined) found[name] = field.default;
  }
  return found;
}
