import {
  findHeldNames,
  renewVersions,
  type ScopeExit,
  type TenantClock,
  type TenantTx,
  writeExits,
} from '@backhaul/db';
import {
  type Cursor,
  type Domain,
  type Entity,
  entityOf,
  readGrants,
  type RecordId,
  seesEverything,
} from '@backhaul/shared';
import type { WrittenRecord } from './fold.ts';
import { recordKey } from './load-state.ts';
import { keyedExits, type NameMove, nameMoves, type UnstampedExit } from './scope-moves.ts';

/**
 * What the writes of a request change in who sees which records, once its rows are stored. A record that left the scope of a
 * key gets an exit for that key. One that others came to see because they see what names it gets a new version, so that they
 * pull it. A bounded number of statements; none where nothing moved.
 */
export async function storeScopeMoves(
  tx: TenantTx,
  { domain, clock }: { domain: Domain; clock: TenantClock },
  written: ReadonlyMap<string, WrittenRecord>,
): Promise<void> {
  const moved = await findMoved(tx, domain, written);
  const exits = [
    ...keyedExits(domain, written.values()),
    ...moved.filter((move) => !move.came && !seesEverything(readGrants(domain, move.role, move.entity))),
  ];
  const renewed = new Map(
    moved
      .filter((move) => isSeenAnew(domain, move) && !written.has(recordKey(move.entity, move.id)))
      .map(({ entity, id }) => [recordKey(entity, id), { entity, id }]),
  );
  const versionOf = versions(clock, written);
  for (const [entity, records] of Map.groupBy(renewed.values(), (record) => record.entity)) {
    const rows = records.map(({ id }) => ({ id, version: versionOf({ entity, id }) }));
    await renewVersions(tx, entityOf(domain, entity) as Entity, rows);
  }
  await writeExits(
    tx,
    unique(exits).map((exit) => ({ ...exit, version: versionOf(exit) })),
  );
}

/** The pairs that no record holds but those that were written: somebody came to see a record by them, or no longer does. */
async function findMoved(
  tx: TenantTx,
  domain: Domain,
  written: ReadonlyMap<string, WrittenRecord>,
): Promise<NameMove[]> {
  const pairs = nameMoves(domain, written);
  if (pairs.length === 0) return [];
  const ids = new Map(
    [...Map.groupBy(written.values(), ({ entity }) => entity)].map(([entity, records]) => [
      entity,
      records.map(({ after }) => after.id),
    ]),
  );
  const held = await findHeldNames(tx, domain, { pairs, written: ids });
  return pairs.filter((pair) => !held.has(pair));
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
