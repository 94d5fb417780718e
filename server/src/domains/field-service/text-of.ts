import type { RecordValues } from '@backhaul/shared';

/** `null` for what is missing or blank. */
export function textOf(values: RecordValues, field: string): string | null {
  const value = values[field];
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}
