import type { PushConflict } from '@backhaul/shared';
import { backoffDelay } from '../sync/backoff.ts';
import { engineTransaction, type LocalDatabase, updateMemory } from '../store/local-database.ts';
import { readPendingRecords, type StoredRecord, storeRecords } from '../store/record-store.ts';
import type { OutboxChange, RejectedChange, SyncMemory } from '../store/rows.ts';
import { foldRejections, isCreate, type SettleContext, settleRecord, type Settlement } from './settle-record.ts';
import type { JudgedChange } from './verdicts.ts';

export interface AppliedAnswer {
  readonly judged: readonly JudgedChange[];
  readonly conflicts: readonly PushConflict[];
  /** Written with the rest; empty when there was no answer to speak of. */
  readonly memory: Partial<Pick<SyncMemory, 'clockOffset' | 'lastPushAt'>>;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly random: () => number;
}

/**
 * Everything that an answer means, in one transaction: settled changes leave the outbox, copies and visible rows follow,
 * rejections and conflicts are listed. A crash before it repeats the push under the same ids.
 */
export function applyAnswer(local: LocalDatabase, answer: AppliedAnswer): Promise<void> {
  return engineTransaction(local, async (tx) => {
    for (const [entityName, judged] of Map.groupBy(answer.judged, ({ change }) => change.entity)) {
      const context: SettleContext = {
        entity: tx.entity(entityName),
        at: new Date(answer.now).toISOString(),
        retryAt: (attempts) => answer.now + backoffDelay(attempts, answer.random),
      };
      const ids = [...new Set(judged.map(({ change }) => change.entityId))];
      const records = await readPendingRecords(tx, entityName, ids);
      const byRecord = Map.groupBy(judged, ({ change }) => change.entityId);
      const settlements = [...records.values()].map((before) => ({
        before,
        ...settleRecord(before, byRecord.get(before.entityId) ?? [], context),
      }));
      await storeSettlements(tx, entityName, settlements);
    }
    await listConflicts(tx, answer);
    await updateMemory(tx, answer.memory);
  });
}

async function storeSettlements(
  local: LocalDatabase,
  entityName: string,
  settlements: readonly (Settlement & { readonly before: StoredRecord })[],
): Promise<void> {
  const gone: number[] = [];
  const altered: OutboxChange[] = [];
  for (const { before, record } of settlements) {
    const kept = new Set(record.pending.map(({ seq }) => seq));
    gone.push(...before.pending.map(({ seq }) => seq).filter((seq) => !kept.has(seq)));
    altered.push(...record.pending.filter((change) => !before.pending.includes(change)));
  }
  await local.outbox.bulkDelete(gone);
  await local.outbox.bulkPut(altered);
  await storeRecords(
    local,
    entityName,
    settlements.map(({ record }) => record),
  );
  for (const { record, rejected } of settlements) await listRejections(local, record, rejected);
}

/** An edit of a create that was refused in an earlier answer joins that create's entry. */
async function listRejections(
  local: LocalDatabase,
  { entity, entityId }: StoredRecord,
  rejected: readonly RejectedChange[],
): Promise<void> {
  if (rejected.length === 0) return;
  const known = rejected.some(isCreate)
    ? await local.rejected.where('[entity+entityId]').equals([entity, entityId]).filter(isCreate).toArray()
    : [];
  await local.rejected.bulkPut([...foldRejections([...known, ...rejected])]);
}

async function listConflicts(local: LocalDatabase, { conflicts, now }: AppliedAnswer): Promise<void> {
  const known = await local.conflicts.bulkGet(conflicts.map(({ id }) => id));
  const at = new Date(now).toISOString();
  const fresh = conflicts.filter((_, index) => known[index] === undefined);
  await local.conflicts.bulkPut(
    fresh.map(({ id, entity, entityId, fields, summary, winner, serverUpdatedAt }) => ({
      id,
      entity,
      entityId,
      fields,
      summary,
      winner,
      serverUpdatedAt,
      at,
      seen: false,
    })),
  );
}
