import { DELETION } from '../merge/stored-record.ts';
import type { ConflictKind, SummaryInput, SummaryPerson } from './summary.ts';

/** Who did what, as the sentences of every language need it. */
export interface Sides {
  readonly stands: SummaryPerson | null;
  readonly lost: SummaryPerson | null;
  /** Both sides are one person, on two devices or by two ways. */
  readonly isOnePerson: boolean;
  readonly isOneField: boolean;
}

export function sidesOf({ client, server, winner, fields }: SummaryInput): Sides {
  const [stands, lost] = winner === 'client' ? [client, server] : [server, client];
  return { stands, lost, isOnePerson: isSame(client, server), isOneField: fields.length === 1 };
}

/** What there is to tell: a deletion takes edits along, or the work of somebody who had brought the record back. */
export function storyOf({ kind, fields }: SummaryInput): ConflictKind | 'deletedOverRevival' {
  return kind === 'deletedOverEdit' && fields.includes(DELETION) ? 'deletedOverRevival' : kind;
}

export function isSame(one: SummaryPerson | null, other: SummaryPerson | null): boolean {
  return one?.userId === other?.userId;
}
