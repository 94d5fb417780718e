import {
  believedCreations,
  changesOfOwned,
  type ChangeOutcome,
  creationsToBelieve,
  type DecidableChange,
  foldChanges,
  type Folded,
  lookupsOfTurned,
  membersWithNewScope,
  movesOfOwned,
  nameMoves,
  ownerMoves,
  recordKey,
  serviceFor,
  settleScopeMoves,
  type Writer,
} from '@backhaul/shared/engine';
import { loadState } from './load-state.ts';
import { clockOf, type MemoryTenant } from './memory-tenant.ts';
import { movesNotHeld } from './named-rows.ts';
import { findOwned } from './owned-rows.ts';

/** Decides a request as the service does, and keeps what was decided. Outcomes are in the order of the changes. */
export function applyChanges(
  tenant: MemoryTenant,
  writer: Writer,
  changes: readonly DecidableChange[],
): readonly ChangeOutcome[] {
  if (changes.length === 0) return [];
  const { domain, newId } = tenant;
  for (let creatable = believedCreations(changes); ; ) {
    const progress = { creatable, clock: clockOf(tenant), waiting: new Map(), carried: new Map() };
    const state = loadState(tenant, { writer, changes });
    const folded = foldChanges(changes, state, { domain, writer, newId, progress });
    const again = creationsToBelieve(creatable, folded);
    if (again === null) {
      keep(tenant, writer, folded);
      settleSight(tenant, keepOwned(tenant, writer, folded));
      return folded.outcomes;
    }
    creatable = again;
  }
}

type Done = Pick<Folded, 'written' | 'progress'>;

/** What belongs to a record is deleted with it and comes back with it. */
function keepOwned(tenant: MemoryTenant, writer: Writer, done: Done): Done {
  const { domain, newId } = tenant;
  const lookups = lookupsOfTurned(domain, done.written);
  const changes = changesOfOwned(domain, done.written, { lookups, found: findOwned(tenant, lookups) });
  if (changes.length === 0) return done;
  const service = serviceFor(writer);
  const state = loadState(tenant, { writer: service, changes });
  const folded = foldChanges(changes, state, { domain, writer: service, newId, progress: done.progress });
  keep(tenant, service, folded);
  return { written: new Map([...done.written, ...folded.written]), progress: folded.progress };
}

function keep(tenant: MemoryTenant, writer: Writer, { outcomes, written, audit, progress }: Folded): void {
  const { domain } = tenant;
  for (const [key, { entity, after }] of written) tenant.rows.set(key, { ...after, entity });
  for (const { change, version, changes } of audit) {
    const { entity, entityId, receipt } = change;
    const key = recordKey(entity, entityId);
    const { userId: actor, deviceId: device } = writer;
    const entry = { entity, entityId, version, actor, device, changeId: receipt?.changeId ?? null, changes };
    tenant.history.set(key, [...(tenant.history.get(key) ?? []), entry]);
  }
  tenant.conflicts.push(...outcomes.flatMap((outcome) => (outcome.kind === 'accepted' ? outcome.conflicts : [])));
  const changed = membersWithNewScope(domain, written.values());
  for (const userId of changed?.users ?? []) {
    const member = tenant.members.get(userId);
    if (member && changed) tenant.members.set(userId, { ...member, scopeVersion: changed.version });
  }
  tenant.clock = progress.clock.current;
}

function settleSight(tenant: MemoryTenant, { written, progress }: Done): void {
  const { domain } = tenant;
  const moved = movesNotHeld(tenant, nameMoves(domain, written), written);
  const moves = ownerMoves(domain, written);
  const owned = movesOfOwned(moves, findOwned(tenant, moves));
  const { renewed, exits } = settleScopeMoves(written, moved, { domain, clock: progress.clock, owned });
  for (const { entity, id, version } of renewed) {
    const row = tenant.rows.get(recordKey(entity, id));
    if (row && row.deletedAt === null) tenant.rows.set(recordKey(entity, id), { ...row, updatedAt: version });
  }
  for (const exit of exits) tenant.exits.set([exit.role, exit.scopeKey, exit.entity, exit.id].join(' '), exit);
  tenant.clock = progress.clock.current;
}
