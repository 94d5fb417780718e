import { entityOf, type Field, fieldService, words } from '@backhaul/shared';
import { clockTime } from './when.ts';

/** Record id -> what people call it. */
export type Names = ReadonlyMap<string, string>;

/** `checkInTime` -> `Check in time` */
export function fieldLabel(field: string): string {
  const text = field.endsWith('Id') ? words(field.slice(0, -2)) : words(field);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A stored value as a person would write it; an empty one is named as such. */
export function valueText(entity: string, field: string, value: unknown, names: Names): string {
  if (field === 'deletedAt') return value === null ? 'Not deleted' : 'Deleted';
  if (value === null || value === undefined || value === '') return 'Nothing';
  const declared: Field | undefined = entityOf(fieldService, entity)?.fields[field];
  switch (declared?.kind) {
    case 'instant':
      return clockTime(String(value));
    case 'enum':
      return statusWord(String(value));
    case 'reference':
      return names.get(String(value)) ?? 'Unknown';
    case 'boolean':
      return value === true ? 'Yes' : 'No';
    case 'objectList':
      return `${(value as unknown[]).length} items`;
    case undefined:
      return typeof value === 'string' ? value : JSON.stringify(value);
    default:
      return Array.isArray(value) ? value.join(', ') : String(value);
  }
}

/** `inProgress` -> `In progress` */
export function statusWord(value: string): string {
  const text = words(value);
  return text.charAt(0).toUpperCase() + text.slice(1);
}
