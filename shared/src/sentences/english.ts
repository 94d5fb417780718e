import { englishField } from '../domain/labels.ts';
import { type NamedFields, shorten } from './named-fields.ts';

/** `the title, notes and team`. */
export function fieldList({ domain, entity, fields }: NamedFields): string {
  const { named, others } = shorten(fields);
  const labels = named.map((field) => englishField(domain, entity, field));
  return `the ${list(others === 0 ? labels : [...labels, `${others} other fields`])}`;
}

/** `task` -> `a task`, `employee` -> `an employee`. */
export function withArticle(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}

/** `a`, `a and b`, `a, b and c`. */
function list(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}
