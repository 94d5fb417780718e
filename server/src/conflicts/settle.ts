import { type ConflictRow, insertAudit, readConflicts, settleConflicts } from '@backhaul/db';
import { type Conflict, type Cursor, entityOf, type Language } from '@backhaul/shared';
import { ApiError } from '../http/api-error.ts';
import { type ChangeOutcome, type WireRecord } from '@backhaul/shared/engine';
import { openVisible } from '../records/list-records.ts';
import type { LockedRecords } from '../records/write-record.ts';
import type { Services } from '../services.ts';
import { type Decision, type Plan, planDecision } from './plan-decision.ts';
import { toConflicts } from './to-conflicts.ts';

export type Settlement =
  | { readonly kind: 'resolved'; readonly conflict: Conflict; readonly record: WireRecord | null }
  | { readonly kind: 'refused'; readonly error: ApiError };

/**
 * Carries decisions out in their order, by ordinary changes on the records as those before left them, whatever the fields'
 * policies: of several restores of one field the last one stands. Needs the lock of the tenant's clock, so that nobody else
 * decides meanwhile. A decision that is refused (NOT_FOUND, ALREADY_RESOLVED, RECORD_MOVED, or what its change is rejected for)
 * writes nothing and does not hold up the others.
 *
 * Answers a settlement for each, in their order, with the records as they are after all of them. As many statements as for one
 * decision on each entity. Throws FORBIDDEN for who is no manager.
 */
export async function settle(
  services: Services,
  locked: LockedRecords,
  { decisions, language }: { readonly decisions: readonly Decision[]; readonly language: Language },
): Promise<Settlement[]> {
  const { tx, access } = locked;
  if (access.role !== 'manager') throw new ApiError('FORBIDDEN');
  const ids = [...new Set(decisions.map(({ conflictId }) => conflictId))];
  const plans = await planAll(services, locked, { decisions, ids });
  const refusals = await carryOut(services, locked, { decisions, plans });

  const rows = await readConflicts(tx, ids);
  const conflicts = await toConflicts(services, tx, { rows, language });
  const conflictOf = new Map(conflicts.map((conflict) => [conflict.id, conflict]));
  const recordOf = await readRecordsOf(services, locked, rows);
  return decisions.map(({ conflictId }, index): Settlement => {
    const refused = refusals.get(index);
    if (refused) return { kind: 'refused', error: refused };
    const conflict = conflictOf.get(conflictId);
    if (!conflict) throw new Error('A conflict vanished while it was resolved');
    if (plans[index]?.kind === 'decide')
      return { kind: 'resolved', conflict, record: recordOf.get(conflictId) ?? null };
    return { kind: 'refused', error: new ApiError('ALREADY_RESOLVED', { details: { conflict } }) };
  });
}

async function planAll(
  services: Services,
  locked: LockedRecords,
  { decisions, ids }: { readonly decisions: readonly Decision[]; readonly ids: readonly string[] },
): Promise<Plan[]> {
  const rows = await readConflicts(locked.tx, ids);
  const rowOf = new Map(rows.map((row) => [row.conflict_id, row]));
  const recordOf = await readRecordsOf(services, locked, rows);
  const keyring = await services.crypto.keyring(locked.tx);
  return decisions.map((decision, index): Plan => {
    const { conflictId } = decision;
    const isFirst = decisions.findIndex((other) => other.conflictId === conflictId) === index;
    const row = rowOf.get(conflictId);
    if (row && !isFirst) return { kind: 'repeated' };
    return planDecision(decision, { row, record: recordOf.get(conflictId), keyring });
  });
}

/** Writes what is to be written, and answers what was refused, by index. A repetition fares like its first occurrence. */
async function carryOut(
  services: Services,
  locked: LockedRecords,
  { decisions, plans }: { readonly decisions: readonly Decision[]; readonly plans: readonly Plan[] },
): Promise<ReadonlyMap<number, ApiError>> {
  const writes = plans.flatMap((plan) => (plan.kind === 'decide' && plan.write ? [plan.write] : []));
  const outcomes = (await locked.writeEach(writes, { auditAs: 'resolve' }))[Symbol.iterator]();
  const refusals = new Map<number, ApiError>();
  const decided: { readonly row: ConflictRow; readonly decision: Decision; readonly version: Cursor | null }[] = [];
  for (const [index, plan] of plans.entries()) {
    const decision = decisions[index] as Decision;
    if (plan.kind === 'refused') refusals.set(index, plan.error);
    if (plan.kind === 'repeated') {
      const first = refusals.get(decisions.findIndex(({ conflictId }) => conflictId === decision.conflictId));
      if (first) refusals.set(index, first);
    }
    if (plan.kind !== 'decide') continue;
    const outcome = plan.write ? (outcomes.next().value as ChangeOutcome) : null;
    if (outcome?.kind === 'rejected') {
      const { code, message, fields } = outcome;
      refusals.set(index, new ApiError(code, { message, details: { fields } }));
      continue;
    }
    const isChanged = outcome !== null && outcome.outcome !== 'unchanged';
    decided.push({ row: plan.row, decision, version: isChanged ? outcome.record.updatedAt : null });
  }
  // Deciding is an event of its own where it changes nothing.
  const stamped = decided.map((one) => ({ ...one, stamp: one.version ?? locked.clock.next() }));
  await auditDecisions(
    services,
    locked,
    stamped.filter(({ version }) => version === null),
  );
  await settleConflicts(
    locked.tx,
    locked.access.userId,
    stamped.map(({ row, decision, stamp }) => ({
      conflictId: row.conflict_id,
      resolution: decision.resolution,
      version: stamp,
    })),
  );
  return refusals;
}

async function auditDecisions(
  { newId, now }: Services,
  { tx, access }: LockedRecords,
  decided: readonly { readonly row: ConflictRow; readonly stamp: Cursor }[],
): Promise<void> {
  await insertAudit(
    tx,
    decided.map(({ row, stamp }) => ({
      auditId: newId(),
      version: stamp,
      entity: row.entity,
      entityId: row.entity_id,
      action: 'resolve',
      actor: access.userId,
      device: access.deviceId,
      changeId: null,
      at: now().toISOString(),
      changes: {},
      sealed: null,
    })),
  );
}

/** The records of conflicts, by conflict. One statement for each entity that is still declared. */
async function readRecordsOf(
  services: Services,
  { tx, access }: LockedRecords,
  rows: readonly ConflictRow[],
): Promise<ReadonlyMap<string, WireRecord>> {
  const found = new Map<string, WireRecord>();
  for (const [entity, group] of Map.groupBy(rows, (row) => row.entity)) {
    if (!entityOf(services.domain, entity)) continue;
    const ids = [...new Set(group.map((row) => row.entity_id))];
    const records = await openVisible(services, tx, access, { entity, ids });
    const recordOf = new Map(records.map((record) => [record.id, record]));
    for (const row of group) {
      const record = recordOf.get(row.entity_id);
      if (record) found.set(row.conflict_id, record);
    }
  }
  return found;
}
