import type { Language } from '../language.ts';
import type { AuditAction } from '../protocol/audit.ts';
import type { NamedFields } from '../sentences/named-fields.ts';
import { englishAuditSummary } from './audit-summary-en.ts';
import { spanishAuditSummary } from './audit-summary-es.ts';

/** What happened to a record, or to what is no record: a member, an invite, a device, the tenant, its settings. */
export interface AuditSummaryInput extends NamedFields {
  readonly action: AuditAction;
  /** Names; `null`: the service itself. */
  readonly actor: string | null;
  /** Who typed what the actor applied or discarded, where that was somebody else. */
  readonly author: string | null;
}

/** Names people and fields, never values: `Ana changed the status and notes of a task`. */
export function auditSummary(input: AuditSummaryInput, language: Language): string {
  return SENTENCES[language](input);
}

const SENTENCES: { readonly [L in Language]: (input: AuditSummaryInput) => string } = {
  en: englishAuditSummary,
  es: spanishAuditSummary,
};
