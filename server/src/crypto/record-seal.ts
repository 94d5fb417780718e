import type { StoredRow, WrittenRow } from '@backhaul/db';
import {
  type Entity,
  type Json,
  jsonEqual,
  type RecordId,
  type RecordValues,
  type StoredRecord,
} from '@backhaul/shared';
import type { Keyring } from './tenant-crypto.ts';

/**
 * The row of a record: its sensitive values moved into one envelope, `null` when there are none. The envelope of the row as
 * it was is kept where those values are the same.
 */
export function sealRecord(
  keyring: Keyring,
  {
    name,
    entity,
    before,
    after: record,
  }: { name: string; entity: Entity; before: StoredRecord | null; after: StoredRecord },
): WrittenRow {
  const { plain, sensitive } = splitSensitive(entity, record.values);
  if (before && entity.sensitiveFields.every((field) => jsonEqual(before.values[field], sensitive[field]))) {
    return { ...record, values: plain, sealed: 'keep' };
  }
  const declared = Object.fromEntries(Object.entries(sensitive).filter(([, value]) => value !== null));
  const present = { ...record.undeclared, ...declared };
  const sealed = Object.keys(present).length === 0 ? null : keyring.seal([name, record.id], present);
  return { ...record, values: plain, sealed };
}

/** Every declared field's value, sensitive ones opened, absent ones `null`. */
export function openValues(
  keyring: Keyring,
  name: string,
  entity: Entity,
  row: { readonly id: RecordId; readonly values: RecordValues; readonly sealed: Buffer | null },
): RecordValues {
  return toValues(entity, row.values, row.sealed === null ? {} : keyring.open([name, row.id], row.sealed));
}

function toValues(entity: Entity, plain: RecordValues, opened: RecordValues): RecordValues {
  const values: Record<string, Json> = {};
  for (const field of entity.fieldNames) values[field] = plain[field] ?? opened[field] ?? null;
  return values;
}

export function openRecord(keyring: Keyring, name: string, entity: Entity, row: StoredRow): StoredRecord {
  const { sealed, ...record } = row;
  const opened = sealed === null ? {} : keyring.open([name, row.id], sealed);
  // While two versions of the service run side by side, the older one must not drop what only the newer one knows.
  const undeclared = Object.entries(opened).filter(([field]) => !Object.hasOwn(entity.fields, field));
  return {
    ...record,
    values: toValues(entity, row.values, opened),
    ...(undeclared.length === 0 ? {} : { undeclared: Object.fromEntries(undeclared) }),
  };
}

/** Separates what may be stored in the clear from what must be sealed. Works on any map keyed by field names. */
export function splitSensitive<Value>(
  entity: Entity,
  byField: { readonly [field: string]: Value },
): { plain: Record<string, Value>; sensitive: Record<string, Value> } {
  const plain: Record<string, Value> = {};
  const sensitive: Record<string, Value> = {};
  for (const [field, value] of Object.entries(byField)) {
    (entity.fields[field]?.sensitive ? sensitive : plain)[field] = value;
  }
  return { plain, sensitive };
}
