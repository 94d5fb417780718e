import { readMemberNames, type TenantTx } from '@backhaul/db';
import {
  type ConflictKind,
  type ConflictPolicy,
  conflictSummary,
  type Domain,
  type Language,
  type Resolution,
  type UserId,
} from '@backhaul/shared';
import { personOf } from '../members/person-of.ts';

/** What the sentence about a conflict is made of. */
export interface ConflictFacts {
  readonly entity: string;
  readonly fields: readonly string[];
  readonly kind: ConflictKind;
  readonly policy: ConflictPolicy;
  readonly winner: 'client' | 'server';
  readonly clientUser: UserId | null;
  readonly serverUser: UserId | null;
  readonly resolution: Resolution | null;
  readonly resolvedBy: UserId | null;
}

/** Who reads about conflicts, and what the people in them are called today. */
export interface ConflictReader {
  readonly domain: Domain;
  readonly language: Language;
  readonly names: ReadonlyMap<UserId, string>;
}

/** The names of everybody in these conflicts. One statement, none without people. */
export function readNames(
  tx: TenantTx,
  conflicts: readonly Pick<ConflictFacts, 'clientUser' | 'serverUser' | 'resolvedBy'>[],
): Promise<ReadonlyMap<UserId, string>> {
  const people = conflicts.flatMap(({ clientUser, serverUser, resolvedBy }) => [clientUser, serverUser, resolvedBy]);
  return readMemberNames(
    tx,
    people.filter((userId) => userId !== null),
  );
}

export function summarise({ domain, language, names }: ConflictReader, facts: ConflictFacts): string {
  const { entity, fields, kind, policy, winner, clientUser, serverUser, resolution, resolvedBy } = facts;
  return conflictSummary(
    {
      domain,
      entity,
      fields,
      kind,
      policy,
      winner,
      client: personOf(names, clientUser),
      server: personOf(names, serverUser),
      settled: resolution === null ? null : { resolution, by: personOf(names, resolvedBy) },
    },
    language,
  );
}
