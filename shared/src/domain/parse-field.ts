import type { ErrorCode } from '../errors/error-code.ts';
import { parseRecordId } from '../ids.ts';
import { parseDate, parseInstant } from '../instant.ts';
import type { Json } from '../json.ts';
import { unreachable } from '../unreachable.ts';
import type { Field, ObjectListField, TextField } from './field.ts';

export type ParsedField =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly code: FieldErrorCode; readonly reason: string };

export type FieldErrorCode = Extract<
  ErrorCode,
  'INVALID_FIELD' | 'INVALID_TEXT' | 'INVALID_DATE' | 'INVALID_AMOUNT' | 'INVALID_ID' | 'REQUIRED_FIELD'
>;

/** Money beyond this does not fit `numeric(14,2)`. */
export const MAX_MONEY = 999_999_999_999.99;

/**
 * Checks one value against its declaration and answers its canonical form (ids and enums in their stored case, instants in
 * one spelling), so that equal values are equal JSON. Used by the service for every write, whatever its route.
 */
export function parseField(field: Field, value: unknown): ParsedField {
  if (value === null || value === undefined) return field.required ? missing : ok(null);
  switch (field.kind) {
    case 'text':
      return parseText(field, value);
    case 'enum': {
      const wanted = field.anyCase && typeof value === 'string' ? value.toLowerCase() : value;
      const found = field.values.find((candidate) => candidate === wanted);
      return found === undefined ? bad('INVALID_FIELD', `must be one of ${field.values.join(', ')}`) : ok(found);
    }
    case 'enumList': {
      const valid = Array.isArray(value) && value.every((item) => field.values.includes(item));
      return valid ? ok([...new Set(value)]) : bad('INVALID_FIELD', `must be a list of ${field.values.join(', ')}`);
    }
    case 'reference':
    case 'id':
      return orBad(parseRecordId(value), 'INVALID_ID', 'must be a UUID');
    case 'date':
      return orBad(parseDate(value), 'INVALID_DATE', 'must be a day that exists, YYYY-MM-DD, from 1900 to 2200');
    case 'instant':
      return orBad(parseInstant(value), 'INVALID_DATE', 'must be an ISO-8601 instant with a time zone');
    case 'money':
      return parseMoney(value);
    case 'number':
      return typeof value === 'number' && Number.isFinite(value)
        ? ok(value + 0)
        : bad('INVALID_FIELD', 'must be a number');
    case 'integer': {
      const valid = Number.isInteger(value) && Math.abs(value as number) <= 2_147_483_647;
      return valid ? ok((value as number) + 0) : bad('INVALID_FIELD', 'must be a whole number of at most 32 bits');
    }
    case 'boolean':
      return typeof value === 'boolean' ? ok(value) : bad('INVALID_FIELD', 'must be true or false');
    case 'objectList':
      return parseObjectList(field, value);
    default:
      return unreachable(field);
  }
}

const missing = { ok: false, code: 'REQUIRED_FIELD', reason: 'is required' } as const;

const ok = (value: Json): ParsedField => ({ ok: true, value });
const bad = (code: FieldErrorCode, reason: string): ParsedField => ({ ok: false, code, reason });
const orBad = (value: string | null, code: FieldErrorCode, reason: string): ParsedField =>
  value === null ? bad(code, reason) : ok(value);

function parseText(field: TextField, value: unknown): ParsedField {
  if (typeof value !== 'string') return bad('INVALID_FIELD', 'must be text');
  // PostgreSQL can store neither, and a lone surrogate has no UTF-8 form.
  if (value.includes('\0')) return bad('INVALID_TEXT', 'contains a NUL character');
  if (!value.isWellFormed()) return bad('INVALID_TEXT', 'contains half of a surrogate pair');
  if (value.length > field.maxLength) return bad('INVALID_TEXT', `is longer than ${field.maxLength} characters`);
  if (field.required && value.trim() === '') return missing;
  return ok(value);
}

function parseMoney(value: unknown): ParsedField {
  if (typeof value !== 'number' || !Number.isFinite(value)) return bad('INVALID_AMOUNT', 'must be a number');
  if (Math.abs(value) > MAX_MONEY) return bad('INVALID_AMOUNT', 'is larger than 999,999,999,999.99');
  // The nearest double to a two-decimal number prints as that number; anything else had more decimals.
  if (Number(value.toFixed(2)) !== value) return bad('INVALID_AMOUNT', 'has more than two decimals');
  return ok(value + 0);
}

function parseObjectList(field: ObjectListField, value: unknown): ParsedField {
  if (!Array.isArray(value)) return bad('INVALID_FIELD', 'must be a list');
  if (value.length > field.maxItems) return bad('INVALID_FIELD', `has more than ${field.maxItems} items`);
  const items: Json[] = [];
  for (const [index, item] of value.entries()) {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) {
      return bad('INVALID_FIELD', `item ${index} must be an object`);
    }
    const unknown = Object.keys(item).find((key) => !Object.hasOwn(field.item, key));
    if (unknown !== undefined) return bad('INVALID_FIELD', `item ${index} has an unknown key`);
    const parsedItem: Record<string, Json> = {};
    for (const [key, itemField] of Object.entries(field.item)) {
      const parsed = parseField(itemField, (item as Record<string, unknown>)[key]);
      if (!parsed.ok) return bad(parsed.code, `item ${index}: ${key} ${parsed.reason}`);
      if (parsed.value !== null) parsedItem[key] = parsed.value;
    }
    items.push(parsedItem);
  }
  return ok(items);
}
