import type { Cursor } from '../../cursor.ts';
import type { Domain } from '../../domain/define-domain.ts';
import { type NamedRows, ROLES, type Role } from '../../domain/roles.ts';
import { coveringKeys, namedRules, readGrants, type ScopeKey, seesEverything } from '../../domain/scope-keys.ts';
import type { RecordId } from '../../ids.ts';
import type { WrittenRecord } from './fold.ts';

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
