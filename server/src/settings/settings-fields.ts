import type { Json } from '@backhaul/shared';
import { SETTINGS_DEFAULTS, SettingsValues } from '@backhaul/shared/schemas';
import { type TSchema, Type } from 'typebox';
import { Check } from 'typebox/value';

/** One setting: `company.taxId`, or `language`, which is in no section. */
export interface SettingsField {
  readonly name: string;
  readonly section: string | null;
  readonly key: string;
  readonly schema: TSchema;
}

/** Any object that has the settings' shape, whatever of it is there. */
export type Nested = { readonly [key: string]: unknown };

export const SETTINGS_FIELDS: readonly SettingsField[] = Object.entries(SettingsValues.properties).flatMap(
  ([name, schema]): SettingsField[] =>
    Type.IsObject(schema)
      ? Object.entries(schema.properties).map(([key, field]) => ({
          name: `${name}.${key}`,
          section: name,
          key,
          schema: field,
        }))
      : [{ name, section: null, key: name, schema }],
);

/** `undefined`: it is not there. */
export function valueOf(settings: Nested, { section, key }: SettingsField): unknown {
  const holder = section === null ? settings : own(settings, section);
  return isNested(holder) ? own(holder, key) : undefined;
}

export function defaultOf(field: SettingsField): Json {
  return valueOf(SETTINGS_DEFAULTS, field) as Json;
}

/** The settings with these values; `undefined` leaves one out. */
export function settingsOf(value: (field: SettingsField) => Json | undefined): Nested {
  const settings: Record<string, unknown> = {};
  for (const field of SETTINGS_FIELDS) {
    const { section, key } = field;
    const given = value(field);
    if (given === undefined) continue;
    if (section === null) settings[key] = given;
    else settings[section] = { ...(settings[section] as Nested | undefined), [key]: given };
  }
  return settings;
}

/** Why a value can not be one of this setting; `null`: it can. */
export function faultOf({ name, schema }: SettingsField, value: unknown): 'INVALID_FIELD' | 'INVALID_TEXT' | null {
  if (typeof value === 'string' && !value.isWellFormed()) return 'INVALID_TEXT';
  if (!Check(schema, value)) return 'INVALID_FIELD';
  if (typeof value === 'string' && value !== '' && value.trim() === '') return 'INVALID_FIELD';
  return name === 'timeZone' && canonicalTimeZone(value as string) === null ? 'INVALID_FIELD' : null;
}

/**
 * The name in the letters of the time zone database; `null`: there is none. An offset is no zone: it knows no summer. A name that
 * the platform resolves to another one stays, because it likes outdated ones (`America/Buenos_Aires`).
 */
export function canonicalTimeZone(name: string): string | null {
  if (!/^[A-Za-z]/.test(name)) return null;
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions();
    return timeZone.toLowerCase() === name.toLowerCase() ? timeZone : name;
  } catch {
    return null;
  }
}

export function isNested(value: unknown): value is Nested {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function own(object: Nested, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
