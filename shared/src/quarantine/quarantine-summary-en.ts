import { englishNoun } from '../domain/labels.ts';
import type { EscrowReason } from '../protocol/escrow.ts';
import { fieldList, withArticle } from '../sentences/english.ts';
import { unreachable } from '../unreachable.ts';
import type { QuarantineSummaryInput } from './quarantine-summary.ts';

export function englishQuarantineSummary(input: QuarantineSummaryInput): string {
  const { reason, wasRefused } = input;
  const fate = wasRefused ? `It had been refused, and ${WHY[reason]}` : `It did not arrive: ${WHY[reason]}`;
  return `${whatHappened(input)}. ${fate}.`;
}

function whatHappened({ domain, author, change }: QuarantineSummaryInput): string {
  if (change === null) return `The device of ${author} handed over something that can not be read as a change`;
  const record = withArticle(englishNoun(domain, change.entity));
  switch (change.op) {
    case 'create':
      return `${author} made ${record}`;
    case 'delete':
      return `${author} deleted ${record}`;
    case 'update':
      return `${author} changed ${change.fields.length === 0 ? 'nothing' : fieldList({ domain, ...change })} of ${record}`;
    default:
      return unreachable(change.op);
  }
}

const WHY: { readonly [R in EscrowReason]: string } = {
  revoked: 'the device had been revoked',
  removed: 'they were not a member any more',
  disabled: 'their access had been disabled',
  signedOut: 'they had signed out',
};
