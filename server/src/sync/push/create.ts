import type { Entity, Json, RecordValues } from '@backhaul/shared';

/** Every field of a new record: what was sent, else the default, else `null`. */
export function completeValues(declaration: Entity, payload: RecordValues): RecordValues {
  const values: Record<string, Json> = {};
  for (const field of declaration.fieldNames) values[field] = payload[field] ?? defaultOf(declaration, field);
  return values;
}

/** Required fields that a new record lacks. */
export function missingFields(declaration: Entity, values: RecordValues): string[] {
  return declaration.fieldNames.filter((field) => declaration.fields[field]?.required && values[field] === null);
}

export function defaultOf(declaration: Entity, field: string): Json {
  const declared = declaration.fields[field];
  return declared !== undefined && 'default' in declared ? (declared.default ?? null) : null;
}
