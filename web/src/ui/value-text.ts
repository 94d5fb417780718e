import { entityOf, type Field, words } from '@backhaul/shared';
import { fieldService } from '@backhaul/shared/field-service';
import { clockTime } from './when.ts';

/** Record id -> what people call it. */
export type Names = ReadonlyMap<string, string>;

/** `checkInTime` -> `Check in time` */
export function fieldLabel(field: string): string {
  const text = field.endsWith('Id') ? words(field.slice(0, -2)) : words(field);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `finance_entry` -> `Finance entry` */
export function entityLabel(entity: string): string {
  return statusWord(entity);
}

/** A stored value as a person would write it; an empty one is named as such. */
export function valueText(entity: string, field: string, value: unknown, names: Names): string {
  if (field === 'deletedAt') return value === null ? 'Not deleted' : 'Deleted';
  if (value === null || value === undefined || value === '') return 'Nothing';
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (Array.isArray(value))
    return value.every((item) => typeof item === 'string') ? value.join(', ') : `${value.length} items`;
  if (typeof value !== 'string') return JSON.stringify(value);
  const kind: Field['kind'] | undefined = entityOf(fieldService, entity)?.fields[field]?.kind;
  if (kind === 'instant') return clockTime(value);
  if (kind === 'enum') return statusWord(value);
  return kind === 'reference' ? (names.get(value) ?? 'Unknown') : value;
}

/** `inProgress` -> `In progress` */
export function statusWord(value: string): string {
  const text = words(value);
  return text.charAt(0).toUpperCase() + text.slice(1);
}
