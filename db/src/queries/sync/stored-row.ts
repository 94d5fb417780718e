import {
  type Cursor,
  type Entity,
  type FieldVersions,
  type Json,
  parseInstant,
  type RecordId,
  type RecordValues,
} from '@backhaul/shared';
import { type RawBuilder, sql } from 'kysely';
import { plainColumns } from '../../column-type.ts';

/** A domain row as stored: plain values under their field names, sensitive ones still sealed. */
export interface StoredRow {
  readonly id: RecordId;
  readonly values: RecordValues;
  readonly sealed: Buffer | null;
  readonly createdAt: Cursor;
  readonly updatedAt: Cursor;
  readonly deletedAt: Cursor | null;
  readonly fieldVersions: FieldVersions;
}

/** `json_build_object('title', t.title, ...)` over an entity's plain columns. */
export function valuesObject(entity: Entity): RawBuilder<RecordValues> {
  const pairs = plainColumns(entity).map(({ field, column }) => sql`${sql.lit(field)}, ${sql.ref(column)}`);
  return sql<RecordValues>`json_build_object(${sql.join(pairs)})`;
}

/** Puts instants, which PostgreSQL's JSON writes with an offset, into their one canonical form. */
export function canonicalValues(entity: Entity, values: RecordValues): RecordValues {
  const result: Record<string, Json> = { ...values };
  for (const [name, field] of Object.entries(entity.fields)) {
    if (field.kind === 'instant' && typeof result[name] === 'string') result[name] = canonicalInstant(result[name]);
  }
  return result;
}

/** `2026-01-31T08:15:00.5+00:00` -> `2026-01-31T08:15:00.500Z`: the doors' sessions are in UTC, so there is nothing to convert. */
function canonicalInstant(json: string): string | null {
  const match = /^(.{19})(?:\.(\d{1,6}))?\+00:00$/.exec(json);
  if (!match) return parseInstant(json);
  const micros = (match[2] ?? '').padEnd(6, '0');
  return `${match[1]}.${micros.endsWith('000') ? micros.slice(0, 3) : micros}Z`;
}
