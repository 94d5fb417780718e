import type { ConflictPolicy } from '../domain/conflict-policy.ts';
import type { Language } from '../language.ts';
import type { NamedFields } from '../sentences/named-fields.ts';
import { englishSummary } from './summary-en.ts';
import { spanishSummary } from './summary-es.ts';

export const CONFLICT_KINDS = ['fields', 'deletedOverEdit', 'editedOverDelete'] as const;
export type ConflictKind = (typeof CONFLICT_KINDS)[number];

export const RESOLUTIONS = ['keep', 'restore', 'edit'] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

export interface SummaryPerson {
  readonly userId: string;
  readonly name: string;
}

/** What a summary needs: people, the entity and fields; never a value, so that it may be shown and sent anywhere. */
export interface SummaryInput extends NamedFields {
  readonly kind: ConflictKind;
  readonly policy: ConflictPolicy;
  readonly winner: 'client' | 'server';
  /** `null`: the service itself. */
  readonly client: SummaryPerson | null;
  readonly server: SummaryPerson | null;
  /** `null`: the conflict is open. */
  readonly settled: { readonly resolution: Resolution; readonly by: SummaryPerson | null } | null;
}

/**
 * One sentence that a manager understands without knowing how sync works: what the two people did, then what stands, or what
 * was decided.
 */
export function conflictSummary(input: SummaryInput, language: Language): string {
  return SENTENCES[language](input);
}

const SENTENCES: { readonly [L in Language]: (input: SummaryInput) => string } = {
  en: englishSummary,
  es: spanishSummary,
};
