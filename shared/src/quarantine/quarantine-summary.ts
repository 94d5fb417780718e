import type { Domain } from '../domain/define-domain.ts';
import type { Language } from '../language.ts';
import type { EscrowReason } from '../protocol/escrow.ts';
import { englishQuarantineSummary } from './quarantine-summary-en.ts';
import { spanishQuarantineSummary } from './quarantine-summary-es.ts';

/** What a summary needs: names of people, the entity and fields; never a value. */
export interface QuarantineSummaryInput {
  /** Whose labels name the entity and its fields. */
  readonly domain: Pick<Domain, 'entities' | 'labels'>;
  /** What the one who typed it was called. */
  readonly author: string;
  readonly reason: EscrowReason;
  /** `null`: nothing of it can be read. */
  readonly change: QuarantinedEdit | null;
  /** The service had refused it before. */
  readonly wasRefused: boolean;
}

export interface QuarantinedEdit {
  readonly op: 'create' | 'update' | 'delete';
  readonly entity: string;
  readonly fields: readonly string[];
}

/** For a manager: what somebody did, and why it did not arrive. */
export function quarantineSummary(input: QuarantineSummaryInput, language: Language): string {
  return SENTENCES[language](input);
}

const SENTENCES: { readonly [L in Language]: (input: QuarantineSummaryInput) => string } = {
  en: englishQuarantineSummary,
  es: spanishQuarantineSummary,
};
