import type { ErrorCode, Json } from '@backhaul/shared';
import { ApiError } from '../http/api-error.ts';
import {
  canonicalTimeZone,
  defaultOf,
  faultOf,
  isNested,
  type Nested,
  SETTINGS_FIELDS,
  type SettingsField,
} from './settings-fields.ts';

/** Setting -> its new value, by dotted name: `company.taxId`. */
export type SettingsChange = ReadonlyMap<string, Json>;

interface Fault {
  readonly code: Extract<ErrorCode, 'UNKNOWN_FIELD' | 'INVALID_FIELD' | 'INVALID_TEXT'>;
  readonly name: string;
}

/**
 * Reads a patch; `null` becomes the default. Throws an ApiError that names every setting at fault: UNKNOWN_FIELD, or what is
 * wrong with a value.
 */
export function parseSettingsPatch(patch: Nested): SettingsChange {
  const faults: Fault[] = [];
  const values = new Map<string, Json>();
  const take = (field: SettingsField, value: unknown): void => {
    if (value === null) values.set(field.name, defaultOf(field));
    else {
      const code = faultOf(field, value);
      if (code === null) values.set(field.name, canonical(field, value as Json));
      else faults.push({ code, name: field.name });
    }
  };
  for (const [key, value] of Object.entries(patch)) {
    const inside = SETTINGS_FIELDS.filter(({ section }) => section === key);
    const field = SETTINGS_FIELDS.find(({ name }) => name === key);
    if (field) take(field, value);
    else if (inside.length === 0) faults.push({ code: 'UNKNOWN_FIELD', name: key });
    else if (value === null) for (const one of inside) take(one, null);
    else if (!isNested(value)) faults.push({ code: 'INVALID_FIELD', name: key });
    else {
      for (const [name, one] of Object.entries(value)) {
        const known = inside.find((candidate) => candidate.key === name);
        if (known) take(known, one);
        else faults.push({ code: 'UNKNOWN_FIELD', name: `${key}.${name}` });
      }
    }
  }
  const [first] = faults;
  if (first) throw refusal(first.code, faults);
  return values;
}

function canonical(field: SettingsField, value: Json): Json {
  if (field.name === 'timeZone') return canonicalTimeZone(value as string);
  if (field.name === 'company.logoAttachmentId') return (value as string).toLowerCase();
  return value;
}

const MOST_NAMED = 20;

function refusal(code: Fault['code'], faults: readonly Fault[]): ApiError {
  const fields = faults.slice(0, MOST_NAMED).map(({ name }) => name.slice(0, 100).toWellFormed());
  const what = code === 'UNKNOWN_FIELD' ? 'is no setting' : 'can not have this value';
  return new ApiError(code, { message: `${fields[0]} ${what}`, details: { fields } });
}
