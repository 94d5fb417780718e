import { type Json, words } from '@backhaul/shared';
import type { FieldMap } from '../../store/rows.ts';
import type { Messages } from '../messages/messages.ts';

/** What records, fields and values are called. What is left out is made of the declared names, which are English. */
export interface Labels {
  readonly record?: (record: LabelledRecord) => string;
  readonly field?: (entity: string, field: string) => string;
  readonly value?: (entity: string, field: string, value: Json) => string;
}

export interface LabelledRecord {
  readonly entity: string;
  readonly entityId: string;
  /** The fields of the change that was refused; at a message, those of its record on this device. */
  readonly payload: FieldMap;
}

export type CompleteLabels = Required<Labels>;

export function completeLabels({ record, field, value }: Labels, messages: Messages): CompleteLabels {
  return {
    record: record ?? (({ entity, payload }) => textOf(payload['title']) ?? textOf(payload['name']) ?? capital(entity)),
    field: field ?? ((_, name) => capital(name.replace(/Id$/, ''))),
    value: value ?? ((_, __, given) => valueText(given, messages)),
  };
}

function valueText(value: Json, { yes, no, nothing }: Messages): string {
  if (value === null || value === '') return nothing;
  if (typeof value === 'boolean') return value ? yes : no;
  if (typeof value === 'object') return JSON.stringify(value);
  return String(value);
}

const textOf = (value: Json | undefined): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** `checkInTime` -> `Check in time` */
function capital(name: string): string {
  const text = words(name);
  return text.charAt(0).toUpperCase() + text.slice(1);
}
