import { englishNoun } from '../domain/labels.ts';
import type { AuditAction } from '../protocol/audit.ts';
import { fieldList, withArticle } from '../sentences/english.ts';
import type { AuditSummaryInput } from './audit-summary.ts';

export function englishAuditSummary(input: AuditSummaryInput): string {
  const { domain, entity, action, fields, actor, author } = input;
  const what = entity === 'settings' ? 'the settings' : withArticle(englishNoun(domain, entity));
  const office = actor ?? 'The system';
  if (action === 'apply' || action === 'discard') {
    return `${office} ${PAST[action]} ${what}${author === null ? '' : ` by ${author}`}`;
  }
  const applied = author === null ? '' : `; ${actor ?? 'the system'} applied it`;
  const done =
    action !== 'update'
      ? `${PAST[action]} ${what}`
      : fields.length === 0
        ? `met a conflict in ${what}`
        : `changed ${fieldList(input)} of ${what}`;
  return `${author ?? office} ${done}${applied}`;
}

const PAST: { readonly [A in Exclude<AuditAction, 'update'>]: string } = {
  create: 'created',
  delete: 'deleted',
  restore: 'brought back',
  resolve: 'settled a conflict of',
  invite: 'sent',
  join: 'joined as',
  remove: 'removed',
  revoke: 'revoked',
  escrow: 'handed over unsent work of',
  apply: 'applied a change of',
  discard: 'discarded a change of',
  send: 'sent',
  settle: 'settled a message about',
  number: 'gave a number to',
  dispute: 'took a client’s dispute of',
  adjust: 'adjusted',
};
