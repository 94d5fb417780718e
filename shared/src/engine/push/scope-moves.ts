import type { Cursor } from '../../cursor.ts';
import type { Domain } from '../../domain/define-domain.ts';
import { type NamedRows, ROLES, type Role } from '../../domain/roles.ts';
import {
  coveringKeys,
  namedRules,
  ownedRules,
  readGrants,
  type ScopeKey,
  seesEverything,
} from '../../domain/scope-keys.ts';
import type { RecordId } from '../../ids.ts';
import type { WrittenRecord } from './fold.ts';
import type { OwnedLookup, OwnedRecord } from './owned-records.ts';
import type { RecordKey } from './push-state.ts';

/** A record left the sight of those who have this role and hold this key. */
export interface ScopeExit {
  readonly role: Role;
  readonly scopeKey: ScopeKey;
  readonly entity: string;
  readonly id: RecordId;
  readonly version: Cursor;
}

/** That a record is named, by the rule, by a live record which whoever holds a scope key may read. */
export interface NamedPair {
  readonly role: Role;
  readonly rule: NamedRows;
  /** Name of the scope key, or `*`. */
  readonly keyName: string;
  /** Its value; `null` for `*`. */
  readonly keyValue: string | null;
  readonly id: RecordId;
}

/** A record that left the sight of whoever holds a key; not stamped yet. */
export type UnstampedExit = Omit<ScopeExit, 'version'>;

/** The written records that left the scope of a key by their own values, `where` included. Deleting one is no exit. */
export function keyedExits(domain: Domain, written: Iterable<WrittenRecord>): UnstampedExit[] {
  return [...written].flatMap(({ entity, before, after }) => {
    if (before === null) return [];
    return ROLES.flatMap((role) => {
      const grants = readGrants(domain, role, entity);
      if (seesEverything(grants)) return [];
      const kept = coveringKeys(grants, after);
      const lost = [...coveringKeys(grants, before)].filter((key) => !kept.has(key));
      return lost.map((scopeKey): UnstampedExit => ({ role, scopeKey, entity, id: after.id }));
    });
  });
}

/** As a pair, with the whole scope key and the entity of the record that is named. */
export interface NameMove extends NamedPair {
  readonly scopeKey: ScopeKey;
  readonly entity: string;
  readonly came: boolean;
}

/**
 * What the written records name, for whom, before or after and not both: whether somebody's sight changes with it, other
 * records decide, which may name the same.
 */
export function nameMoves(domain: Domain, written: ReadonlyMap<string, WrittenRecord>): NameMove[] {
  const moves: NameMove[] = [];
  for (const rule of derivedRules(domain)) {
    const [before, after] = [new Map<string, NameMove>(), new Map<string, NameMove>()];
    for (const record of written.values()) {
      if (record.entity !== rule.via) continue;
      collect(domain, rule, record.before, before);
      collect(domain, rule, record.after, after);
    }
    for (const [key, move] of before) if (!after.has(key)) moves.push(move);
    for (const [key, move] of after) if (!before.has(key)) moves.push({ ...move, came: true });
  }
  return moves;
}

interface DerivedRule {
  readonly role: Role;
  /** What is named. */
  readonly entity: string;
  readonly rule: NamedPair['rule'];
  readonly via: string;
}

function derivedRules(domain: Domain): DerivedRule[] {
  return ROLES.flatMap((role) =>
    Object.keys(domain.entities).flatMap((entity) =>
      namedRules(readGrants(domain, role, entity)).map((rule) => ({ role, entity, rule, via: rule.via })),
    ),
  );
}

function collect(
  domain: Domain,
  { role, entity, rule }: DerivedRule,
  record: WrittenRecord['before'],
  into: Map<string, NameMove>,
): void {
  const named = record?.values[rule.field];
  if (record === null || record.deletedAt !== null || typeof named !== 'string') return;
  for (const scopeKey of coveringKeys(readGrants(domain, role, rule.via), record)) {
    const [keyName = scopeKey, keyValue = null] = scopeKey.split(':');
    const id = named as RecordId;
    into.set(`${scopeKey} ${id}`, { role, rule, keyName, keyValue, id, scopeKey, entity, came: false });
  }
}

/** What belongs to written records whose sight changed, to be looked up; and for whom it did. */
export interface OwnerMoves extends OwnedLookup {
  /** By owner, the roles and keys that lost it. */
  readonly lost: ReadonlyMap<RecordId, readonly { readonly role: Role; readonly scopeKey: ScopeKey }[]>;
  /** Owners that somebody came to see. */
  readonly came: ReadonlySet<RecordId>;
}

/** Nothing belongs to a record that is new. Deleting an owner moves nothing: what belongs to it is deleted, too. */
export function ownerMoves(domain: Domain, written: ReadonlyMap<string, WrittenRecord>): OwnerMoves[] {
  return Object.keys(domain.entities).flatMap((entity) =>
    ownersOf(domain, entity).flatMap(({ owner, roles }) => {
      const lost = new Map<RecordId, { role: Role; scopeKey: ScopeKey }[]>();
      const came = new Set<RecordId>();
      for (const { entity: name, before, after } of written.values()) {
        if (name !== owner || before === null) continue;
        for (const role of roles) {
          const grants = readGrants(domain, role, owner);
          const [held, holds] = [coveringKeys(grants, before), coveringKeys(grants, after)];
          const gone = [...held].filter((key) => !holds.has(key)).map((scopeKey) => ({ role, scopeKey }));
          if (gone.length > 0) lost.set(after.id, [...(lost.get(after.id) ?? []), ...gone]);
          if ([...holds].some((key) => !held.has(key))) came.add(after.id);
        }
      }
      const ownerIds = [...new Set([...lost.keys(), ...came])];
      return ownerIds.length === 0 ? [] : [{ entity, owner, ownerIds, lost, came }];
    }),
  );
}

/** Which entities' records show those of an entity, to which roles. Who sees all of it loses none of it. */
function ownersOf(domain: Domain, entity: string): { owner: string; roles: Role[] }[] {
  const shown = ROLES.flatMap((role) => {
    const grants = readGrants(domain, role, entity);
    return seesEverything(grants) ? [] : ownedRules(grants).map(({ owner }) => ({ owner, role }));
  });
  return [...Map.groupBy(shown, ({ owner }) => owner)].map(([owner, rules]) => ({
    owner,
    roles: [...new Set(rules.map(({ role }) => role))],
  }));
}

/** What was found for the moves, in their order, goes where its owner goes. */
export function movesOfOwned(
  moves: readonly OwnerMoves[],
  found: readonly (readonly OwnedRecord[])[],
): { readonly exits: UnstampedExit[]; readonly came: RecordKey[] } {
  const pairs = moves.flatMap((move, index) => (found[index] ?? []).map((record) => ({ move, ...record })));
  return {
    exits: pairs.flatMap(({ move: { entity, lost }, id, ownerId }) =>
      (lost.get(ownerId) ?? []).map((one) => ({ ...one, entity, id })),
    ),
    came: pairs.flatMap(({ move: { entity, came }, id, ownerId }) => (came.has(ownerId) ? [{ entity, id }] : [])),
  };
}
