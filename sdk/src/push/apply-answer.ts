import type { PushConflict } from '@backhaul/shared';
import { backoffDelay } from '../sync/backoff.ts';
import { engineTransaction, type LocalDatabase, updateMemory } from '../store/local-database.ts';
import { readPendingRecords, type StoredRecord, storeRecord } from '../store/record-store.ts';
import type { RejectedChange, SyncMemory } from '../store/rows.ts';
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
  return engineTransaction(local, async () => {
    for (const [entityName, judged] of byEntity(answer.judged)) {
      const context: SettleContext = {
        entity: local.entity(entityName),
        at: new Date(answer.now).toISOString(),
        retryAt: (attempts) => answer.now + backoffDelay(attempts, answer.random),
      };
      const ids = [...new Set(judged.map(({ change }) => change.entityId))];
      const records = await readPendingRecords(local, entityName, ids);
      for (const record of records.values()) {
        const own = judged.filter(({ change }) => change.entityId === record.entityId);
        await storeSettlement(local, record, settleRecord(record, own, context));
      }
    }
    await listConflicts(local, answer);
    await updateMemory(local, answer.memory);
  });
}

async function storeSettlement(local: LocalDatabase, before: StoredRecord, settlement: Settlement): Promise<void> {
  const { record, rejected } = settlement;
  const kept = new Map(record.pending.map((change) => [change.seq, change]));
  await local.outbox.bulkDelete(before.pending.map(({ seq }) => seq).filter((seq) => !kept.has(seq)));
  await local.outbox.bulkPut(record.pending.filter((change) => !before.pending.includes(change)));
  await storeRecord(local, record);
  await listRejections(local, record, rejected);
}

/** An edit of a create that was refused in an earlier answer joins that create's entry. */
async function listRejections(
  local: LocalDatabase,
  { entity, entityId }: StoredRecord,
  rejected: readonly RejectedChange[],
): Promise<void> {
  if (rejected.length === 0) return;
  const known = rejected.some(isCreate) ? await local.rejected.where({ entity, entityId }).filter(isCreate).toArray() : [];
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

function byEntity(judged: readonly JudgedChange[]): Map<string, JudgedChange[]> {
  return Map.groupBy(judged, ({ change }) => change.entity);
}
