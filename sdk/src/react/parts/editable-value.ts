import { type Field, type Json, unreachable } from '@backhaul/shared';

/** What an HTML control for a value is made of. */
export type Control =
  | { readonly kind: 'text'; readonly long: boolean }
  | { readonly kind: 'number'; readonly step: string }
  | { readonly kind: 'date' }
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  | { readonly kind: 'switch' };

/**
 * The control for a field, by its declaration where that is known, else by the value. `null`: nothing simple fits (a
 * reference, a list), so the value is only shown.
 */
export function controlFor(field: Field | undefined, value: Json): Control | null {
  switch (field?.kind) {
    case undefined:
      return controlForValue(value);
    case 'text':
      return { kind: 'text', long: field.maxLength > 500 };
    // As it was written: what the service refuses may be no date at all, which a calendar could not show.
    case 'instant':
      return { kind: 'text', long: false };
    case 'date':
      return { kind: 'date' };
    case 'enum':
      return { kind: 'choice', values: field.values };
    case 'boolean':
      return { kind: 'switch' };
    case 'money':
      return { kind: 'number', step: '0.01' };
    case 'number':
      return { kind: 'number', step: 'any' };
    case 'integer':
      return { kind: 'number', step: '1' };
    case 'reference':
    case 'id':
    case 'enumList':
    case 'objectList':
      return null;
    default:
      return unreachable(field);
  }
}

function controlForValue(value: Json): Control | null {
  if (typeof value === 'string') return { kind: 'text', long: value.length > 100 };
  if (typeof value === 'number') return { kind: 'number', step: 'any' };
  return typeof value === 'boolean' ? { kind: 'switch' } : null;
}

/** What was typed, as a value of the record. An empty control is no value. */
export function valueOf(control: Control, typed: string): Json {
  if (typed === '') return null;
  return control.kind === 'number' ? Number(typed) : typed;
}
