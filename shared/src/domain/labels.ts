import { LANGUAGES } from '../language.ts';
import type { Domain, Entities } from './define-domain.ts';

/** What people call an entity and its fields where the names of the wire are not good enough. Without articles. */
export interface EnglishLabels {
  readonly noun?: string;
  readonly fields?: { readonly [field: string]: string };
}

/** Spanish can not be derived, so it is total: every field, each with its article (`las notas`). */
export interface SpanishLabels {
  /** Without an article: `tarea`. */
  readonly noun: string;
  readonly gender: Gender;
  readonly fields: { readonly [field: string]: string };
}

export type Gender = 'm' | 'f';

/** Words of sentences that people read. Not part of the wire: another wording is no other contract. */
export interface Labels<Es extends Entities = Entities> {
  readonly en?: {
    readonly [E in keyof Es]?: EnglishLabels & { readonly fields?: { readonly [F in keyof Es[E]['fields']]?: string } };
  };
  readonly es?: {
    readonly [E in keyof Es]: SpanishLabels & { readonly fields: { readonly [F in keyof Es[E]['fields']]: string } };
  };
}

type Named = Pick<Domain, 'entities' | 'labels'>;

/** `finance_entry` -> `finance entry`. Also for what is no entity, or none any more. */
export function englishNoun({ labels }: Named, entity: string): string {
  return ownValue(labels?.en, entity)?.noun ?? words(entity);
}

/** `checkInTime` -> `check-in time`; a reference is called after what it refers to. */
export function englishField({ entities, labels }: Named, entity: string, field: string): string {
  const given = ownValue(ownValue(labels?.en, entity)?.fields, field);
  if (given !== undefined) return given;
  const kind = ownValue(ownValue(entities, entity)?.fields, field)?.kind;
  return words(kind === 'reference' || kind === 'id' ? field.replace(/Id$/, '') : field);
}

/** `tarea`, feminine. What has no label is a record of its wire name. */
export function spanishNoun({ labels }: Named, entity: string): Pick<SpanishLabels, 'noun' | 'gender'> {
  return ownValue(labels?.es, entity) ?? { noun: `registro de tipo «${words(entity)}»`, gender: 'm' };
}

/** `las notas`, with its article. */
export function spanishField({ labels }: Named, entity: string, field: string): string {
  return ownValue(ownValue(labels?.es, entity)?.fields, field) ?? `el campo «${words(field)}»`;
}

/** `checkInTime` -> `check in time`, `finance_entry` -> `finance entry`, `company.taxId` -> `company tax id`. */
export function words(name: string): string {
  return name.replaceAll(/[_.]/g, ' ').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** One sentence for each label that is missing or names what is not declared. */
export function* findLabelProblems({ entities, labels = {} }: Named): Iterable<string> {
  for (const language of LANGUAGES) {
    const table: { readonly [entity: string]: EnglishLabels | undefined } = labels[language] ?? {};
    for (const [name, entry] of Object.entries(table)) {
      const fields = ownValue(entities, name)?.fields;
      if (!fields) yield `labels.${language} names ${name}, which is not declared`;
      for (const field of Object.keys(entry?.fields ?? {})) {
        if (fields && !Object.hasOwn(fields, field)) yield `labels.${language} names the field ${name}.${field}`;
      }
    }
  }
  if (!labels.es) return;
  for (const [name, entity] of Object.entries(entities)) {
    const known = ownValue(labels.es, name)?.fields;
    if (!known) yield `labels.es misses ${name}`;
    for (const field of Object.keys(entity.fields)) {
      if (known && !ownValue(known, field)) yield `labels.es misses ${name}.${field}`;
    }
  }
}

/** Names come from stored rows and may be `constructor`. */
function ownValue<Value>(table: { readonly [name: string]: Value } | undefined, name: string): Value | undefined {
  return table && Object.hasOwn(table, name) ? table[name] : undefined;
}
