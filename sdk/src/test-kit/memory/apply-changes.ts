import {
  believedCreations,
  type ChangeOutcome,
  creationsToBelieve,
  type DecidableChange,
  foldChanges,
  type Folded,
  membersWithNewScope,
  nameMoves,
  recordKey,
  settleScopeMoves,
  type Writer,
} from '@backhaul/shared/engine';
import { loadState } from './load-state.ts';
import { clockOf, type MemoryTenant } from './memory-tenant.ts';
import { movesNotHeld } from './named-rows.ts';

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
      store(tenant, writer, folded);
      return folded.outcomes;
    }
    creatable = again;
  }
}

function store(tenant: MemoryTenant, writer: Writer, { outcomes, written, audit, progress }: Folded): void {
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
  const moved = movesNotHeld(tenant, nameMoves(domain, written), written);
  const { renewed, exits } = settleScopeMoves(written, moved, { domain, clock: progress.clock });
  for (const { entity, id, version } of renewed) {
    const row = tenant.rows.get(recordKey(entity, id));
    if (row && row.deletedAt === null) tenant.rows.set(recordKey(entity, id), { ...row, updatedAt: version });
  }
  for (const exit of exits) tenant.exits.set([exit.role, exit.scopeKey, exit.entity, exit.id].join(' '), exit);
  tenant.clock = progress.clock.current;
}
