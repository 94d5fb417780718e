import type { Domain } from '../domain/define-domain.ts';

/** Fields of an entity that a sentence is about, and whose labels name them. */
export interface NamedFields {
  readonly domain: Pick<Domain, 'entities' | 'labels'>;
  readonly entity: string;
  readonly fields: readonly string[];
}

/** Fields that a sentence names; of more, it names `NAMED` and counts the others. */
const LISTED = 4;
const NAMED = 3;

export function shorten(fields: readonly string[]): { readonly named: readonly string[]; readonly others: number } {
  const named = fields.length > LISTED ? fields.slice(0, NAMED) : fields;
  return { named, others: fields.length - named.length };
}
