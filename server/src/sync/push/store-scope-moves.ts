import { findHeldNames, findOwned, renewVersions, type TenantTx, writeExits } from '@backhaul/db';
import { type Domain, type Entity, entityOf } from '@backhaul/shared';
import {
  movesOfOwned,
  type NameMove,
  nameMoves,
  ownerMoves,
  settleScopeMoves,
  type TenantClock,
  type WrittenRecord,
} from '@backhaul/shared/engine';

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
  const moves = ownerMoves(domain, written);
  const owned = movesOfOwned(moves, await findOwned(tx, domain, moves));
  const { renewed, exits } = settleScopeMoves(written, moved, { domain, clock, owned });
  for (const [entity, rows] of Map.groupBy(renewed, (record) => record.entity)) {
    await renewVersions(
      tx,
      entityOf(domain, entity) as Entity,
      rows.map(({ id, version }) => ({ id, version })),
    );
  }
  await writeExits(tx, exits);
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
