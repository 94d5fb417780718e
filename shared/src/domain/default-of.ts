import type { Json } from '../json.ts';
import type { Field } from './field.ts';

/** What a new record that leaves the field out gets; `undefined`: nothing. */
export function defaultOf(field: Field): Json | undefined {
  return 'default' in field ? field.default : undefined;
}
