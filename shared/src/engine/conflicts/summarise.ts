import { type ConflictKind, conflictSummary, type Resolution } from '../../conflicts/summary.ts';
import type { ConflictPolicy } from '../../domain/conflict-policy.ts';
import type { Domain } from '../../domain/define-domain.ts';
import type { UserId } from '../../ids.ts';
import type { Language } from '../../language.ts';
import { personOf } from './person-of.ts';

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

/** Everybody in these conflicts. */
export function peopleIn(
  conflicts: readonly Pick<ConflictFacts, 'clientUser' | 'serverUser' | 'resolvedBy'>[],
): UserId[] {
  return conflicts
    .flatMap(({ clientUser, serverUser, resolvedBy }) => [clientUser, serverUser, resolvedBy])
    .filter((userId) => userId !== null);
}

/** The sentence about a conflict, in its reader's language. */
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
