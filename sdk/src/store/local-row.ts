import {
  defaultOf,
  type Entity,
  type Json,
  jsonEqual,
  MANAGED_KEYS,
  parseCursor,
  parseRecordId,
  type RecordId,
} from '@backhaul/shared';
import { BackhaulError } from '../errors.ts';
import type { FieldEdits } from '../outbox/plan-edit.ts';
import { toJson } from './json-value.ts';
import { blankRow } from './overlay.ts';
import type { FieldMap, Row, ServerCopy } from './rows.ts';
import { undeclaredFields } from './undeclared-fields.ts';

/** An object as the app wrote it, checked and in JSON form. */
export interface WrittenRecord {
  readonly id: RecordId;
  readonly fields: FieldMap;
  /** The version of the row that the app had read, if it says so. */
  readonly version: string | null;
}

/** A record that was not visible: the row to store, and the fields to send. */
export interface NewRow {
  readonly row: Row;
  readonly payload: FieldMap;
}

/**
 * Reads what the app passed to Dexie. Server-managed keys are ignored; a key that the entity does not declare throws
 * `UNKNOWN_FIELD`, an id that is no UUID in lower case `INVALID_ID`. Values are the server's to judge.
 */
export function readWritten(entityName: string, entity: Entity, value: unknown, newId: () => string): WrittenRecord {
  if (typeof value !== 'object' || value === null) {
    throw new BackhaulError('INVALID_VALUE', `${entityName}: a record must be an object`);
  }
  const given = value as { readonly [key: string]: unknown };
  const id = checkKey(entityName, given['id'] ?? newId());
  const fields: Record<string, Json> = {};
  for (const [key, member] of Object.entries(given)) {
    if (MANAGED_KEYS.has(key)) continue;
    if (!Object.hasOwn(entity.fields, key)) {
      throw new BackhaulError('UNKNOWN_FIELD', `${entityName} has no field ${key}`, { entity: entityName, field: key });
    }
    if (member !== undefined) fields[key] = toJson(member, key);
  }
  return { id, fields, version: parseCursor(given['updatedAt']) };
}

/** IndexedDB compares keys as text: one in capitals would be another record to it, and the same to the server. */
export function checkKey(entityName: string, key: unknown): RecordId {
  const id = parseRecordId(key);
  if (id === null || id !== key) {
    throw new BackhaulError('INVALID_ID', `${entityName}: an id must be a UUID in lower case`, { id: key });
  }
  return id;
}

/** Defaults are filled in, everything else is null. Only what holds something is sent. */
export function createdRow(entity: Entity, { id, fields }: Pick<WrittenRecord, 'id' | 'fields'>): NewRow {
  const row: Row = { ...blankRow(entity, id), ...defaults(entity), ...fields };
  const payload = entity.fieldNames.map((name): [string, Json] => [name, row[name] ?? null]);
  return { row, payload: Object.fromEntries(payload.filter(([, value]) => value !== null)) };
}

/**
 * A created row in place of an earlier record of its id. The server may still hold what that had, so nulls are sent, too; but
 * not those of fields that the member may not see.
 */
export function recreatedRow(entity: Entity, created: Row, { values, updatedAt }: ServerCopy): NewRow {
  const row: Record<string, Json> = {
    ...undeclaredFields(entity, values),
    id: created.id,
    createdAt: values?.createdAt ?? null,
    updatedAt,
  };
  const payload: Record<string, Json> = {};
  for (const name of entity.fieldNames) {
    const value = created[name] ?? null;
    if (value === null && values !== null && !Object.hasOwn(values, name)) continue;
    row[name] = value;
    payload[name] = value;
  }
  return { row: row as Row, payload };
}

/**
 * A record that replaces a visible one: as with Dexie's own `put`, a field that is missing becomes null. A field that the
 * old row does not have either is one that the member may not see, and stays out of it. An object that was read before the
 * row got its version may carry old values: they are edits of what had been read, not of what has come since.
 */
export function replacedRow(
  entity: Entity,
  old: Row,
  { fields, version }: Pick<WrittenRecord, 'fields' | 'version'>,
): { readonly row: Row; readonly edits: FieldEdits } {
  const row: Record<string, Json> = {
    ...undeclaredFields(entity, old),
    id: old.id,
    createdAt: old.createdAt,
    updatedAt: old.updatedAt,
  };
  const payload: Record<string, Json> = {};
  for (const name of entity.fieldNames) {
    const value = fields[name] ?? null;
    const before = old[name];
    if (before === undefined && value === null) continue;
    row[name] = value;
    if (!jsonEqual(before, value)) payload[name] = value;
  }
  const isStale = version !== null && old.updatedAt !== null && version < old.updatedAt;
  return { row: row as Row, edits: { payload, seen: isStale ? version : null } };
}

function defaults(entity: Entity): FieldMap {
  const found: Record<string, Json> = {};
  for (const [name, field] of Object.entries(entity.fields)) {
    const preset = defaultOf(field);
    if (preset !== undefined) found[name] = preset;
  }
  return found;
}
