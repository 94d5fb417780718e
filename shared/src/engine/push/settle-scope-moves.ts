import type { Cursor } from '../../cursor.ts';
import type { Domain } from '../../domain/define-domain.ts';
import { readGrants, seesEverything } from '../../domain/scope-keys.ts';
import type { RecordId } from '../../ids.ts';
import type { TenantClock } from '../tenant-clock.ts';
import type { WrittenRecord } from './fold.ts';
import { type RecordKey, recordKey } from './push-state.ts';
import { keyedExits, type movesOfOwned, type NameMove, type ScopeExit, type UnstampedExit } from './scope-moves.ts';

export interface SettledMoves {
  /** Records that others came to see because they see what names them: they get a new version, so that they are pulled. */
  readonly renewed: readonly (RecordKey & { readonly version: Cursor })[];
  /** Records that left the scope of a key. */
  readonly exits: readonly ScopeExit[];
}

/**
 * What the writes of a request change in who sees which records. `moved`: what they name, or do not name any more, and no
 * other record does. `owned`: what goes where its owner goes.
 */
export function settleScopeMoves(
  written: ReadonlyMap<string, WrittenRecord>,
  moved: readonly NameMove[],
  {
    domain,
    clock,
    owned,
  }: { readonly domain: Domain; readonly clock: TenantClock; readonly owned: ReturnType<typeof movesOfOwned> },
): SettledMoves {
  const exits = [
    ...keyedExits(domain, written.values()),
    ...owned.exits,
    ...moved.filter((move) => !move.came && !seesEverything(readGrants(domain, move.role, move.entity))),
  ];
  const renewed = new Map(
    [...moved.filter((move) => isSeenAnew(domain, move)), ...owned.came]
      .filter(({ entity, id }) => !written.has(recordKey(entity, id)))
      .map(({ entity, id }) => [recordKey(entity, id), { entity, id }]),
  );
  const versionOf = versions(clock, written);
  const byEntity = Map.groupBy(renewed.values(), ({ entity }) => entity);
  return {
    renewed: [...byEntity.values()].flat().map((record) => ({ ...record, version: versionOf(record) })),
    exits: unique(exits).map((exit) => ({ ...exit, version: versionOf(exit) })),
  };
}

/** Whoever comes to see a record pulls it; so does who may go on seeing it by another grant, with other fields. */
function isSeenAnew(domain: Domain, { came, role, entity }: NameMove): boolean {
  return came || readGrants(domain, role, entity).length > 1;
}

/**
 * One version for each record that moves. A written row's own will do: nobody sees both the row and its exit, so no border of
 * two pages can fall between them. Every other gets one from the clock.
 */
function versions(
  clock: TenantClock,
  written: ReadonlyMap<string, WrittenRecord>,
): (record: { readonly entity: string; readonly id: RecordId }) => Cursor {
  const given = new Map<string, Cursor>();
  return ({ entity, id }) => {
    const key = recordKey(entity, id);
    const version = written.get(key)?.after.updatedAt ?? given.get(key) ?? clock.next();
    given.set(key, version);
    return version;
  };
}

function unique(exits: readonly UnstampedExit[]): Omit<ScopeExit, 'version'>[] {
  const byKey = new Map(
    exits.map(({ role, scopeKey, entity, id }) => [
      [role, scopeKey, entity, id].join(' '),
      { role, scopeKey, entity, id },
    ]),
  );
  return [...byKey.values()];
}
