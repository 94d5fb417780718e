import { type Gender, spanishField, spanishNoun } from '../domain/labels.ts';
import { type NamedFields, shorten } from './named-fields.ts';

/** A noun and what agrees with it. */
export interface SpanishRecord {
  readonly noun: string;
  readonly a: string;
  readonly the: string;
  readonly it: string;
  readonly deleted: string;
}

const AGREEMENT: { readonly [G in Gender]: Omit<SpanishRecord, 'noun'> } = {
  f: { a: 'una', the: 'la', it: 'la', deleted: 'eliminada' },
  m: { a: 'un', the: 'el', it: 'lo', deleted: 'eliminado' },
};

export function spanishRecord({ domain, entity }: Pick<NamedFields, 'domain' | 'entity'>): SpanishRecord {
  const { noun, gender } = spanishNoun(domain, entity);
  return { noun, ...AGREEMENT[gender] };
}

/** `el título, la fecha y las notas`. */
export function fieldList({ domain, entity, fields }: NamedFields): string {
  const { named, others } = shorten(fields);
  const labels = named.map((field) => spanishField(domain, entity, field));
  return list(others === 0 ? labels : [...labels, `otros ${others} campos`]);
}

/** `a`, `a y b`, `a, b y c`. */
export function list(items: readonly string[]): string {
  const last = items.at(-1) ?? '';
  if (items.length < 2) return last;
  return `${items.slice(0, -1).join(', ')} ${and(last)} ${last}`;
}

/** `y`, or `e` before the sound of an i: `Ana e Inés`, `Ana e Hilda`, but `Ana y Hielo`, `Ana y Iago`. */
function and(next: string): string {
  return /^(?:h?[ií](?![aeouáéóú])|y(?![aeiouáéíóú]))/iu.test(next) ? 'e' : 'y';
}
