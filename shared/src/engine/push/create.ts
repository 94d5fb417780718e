import { defaultOf } from '../../domain/default-of.ts';
import type { Entity } from '../../domain/define-entity.ts';
import type { Json } from '../../json.ts';
import type { RecordValues } from '../../merge/stored-record.ts';

/** Every field of a new record: what was sent, else the default, else `null`. */
export function completeValues(declaration: Entity, payload: RecordValues): RecordValues {
  const values: Record<string, Json> = {};
  for (const [name, field] of Object.entries(declaration.fields)) {
    values[name] = payload[name] ?? defaultOf(field) ?? null;
  }
  return values;
}

/** Required fields that a new record lacks. */
export function missingFields(declaration: Entity, values: RecordValues): string[] {
  return declaration.fieldNames.filter((field) => declaration.fields[field]?.required && values[field] === null);
}
