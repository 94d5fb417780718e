import type { PushConflict } from '@backhaul/shared';
import { isCreate } from '../outbox/change-order.ts';
import { namedBy } from '../outbox/named-records.ts';
import { backoffDelay } from '../sync/backoff.ts';
import { engineTransaction, type LocalDatabase, readMemory, updateMemory } from '../store/local-database.ts';
import { meetServer } from '../store/meet-server.ts';
import { readPendingRecords, type StoredRecord, storeRecords } from '../store/record-store.ts';
import type { OutboxChange, RejectedChange, SyncMemory } from '../store/rows.ts';
import { releaseHeld } from '../store/release-held.ts';
import { afterReading } from '../store/schema-memory.ts';
import { foldRejections, settleRecord, type Settlement } from './settle-record.ts';
import type { JudgedChange } from './verdicts.ts';

export interface AppliedAnswer {
  readonly judged: readonly JudgedChange[];
  readonly conflicts: readonly PushConflict[];
  /** The server's, 0 if it did not say; `null`: there was no answer to speak of. */
  readonly schemaVersion: number | null;
  /** Written with the rest; empty when there was no answer to speak of. */
  readonly memory: Partial<Pick<SyncMemory, 'clockOffset' | 'lastPushAt'>>;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly random: () => number;
  readonly newId: () => string;
}

/**
 * Everything that an answer means, in one transaction: settled changes leave the outbox, copies and visible rows follow,
 * rejections and conflicts are listed. A crash before it repeats the push under the same ids.
 */
export function applyAnswer(local: LocalDatabase, answer: AppliedAnswer): Promise<Divided> {
  return engineTransaction(local, async (tx) => {
    if (answer.schemaVersion !== null) await meetServer(tx, answer.schemaVersion);
    const divided = { freed: new Array<number>(), parted: new Array<number>() };
    for (const [entityName, judged] of Map.groupBy(answer.judged, ({ change }) => change.entity)) {
      const ids = [...new Set(judged.map(({ change }) => change.entityId))];
      const records = await readPendingRecords(tx, entityName, ids);
      const named = await readNamed(tx, judged, [...records.values()]);
      const byRecord = Map.groupBy(judged, ({ change }) => change.entityId);
      const settlements = [...records.values()].map((before) => ({
        before,
        ...settleRecord(before, byRecord.get(before.entityId) ?? [], {
          entity: tx.entity(entityName),
          at: new Date(answer.now).toISOString(),
          retryAt: (attempts) => answer.now + backoffDelay(attempts, answer.random),
          newId: answer.newId,
          isNamed: named.has(before.entityId),
        }),
      }));
      await storeSettlements(tx, entityName, settlements);
      divided.freed.push(...settlements.flatMap(({ freed }) => freed));
      divided.parted.push(...settlements.flatMap(({ parted }) => parted));
    }
    // What refers to a record that goes after all had to wait for it.
    if (divided.parted.length > 0) {
      divided.freed.push(...(await releaseHeld(tx, ({ code }) => code === 'MISSING_REFERENCE')));
    }
    await listConflicts(tx, answer);
    await updateMemory(tx, { ...answer.memory, ...(await schemaAfter(tx, answer)) });
    return divided;
  });
}

/** Places in the outbox, see `Settlement`. */
export type Divided = Pick<Settlement, 'freed' | 'parted'>;

async function schemaAfter(
  local: LocalDatabase,
  { judged, schemaVersion }: AppliedAnswer,
): Promise<Partial<Pick<SyncMemory, 'schema'>>> {
  const hasRecords = judged.some(({ verdict }) => verdict.kind === 'accepted' && verdict.payload !== null);
  if (schemaVersion === null || !hasRecords) return {};
  return { schema: afterReading((await readMemory(local)).schema, schemaVersion) };
}

/** Looks through the whole outbox, so only where it matters: a change is held that a delete follows. */
async function readNamed(
  local: LocalDatabase,
  judged: readonly JudgedChange[],
  records: readonly StoredRecord[],
): Promise<ReadonlySet<string>> {
  const isHeld = judged.some(({ verdict }) => verdict.kind === 'held');
  const isDeleted = records.some(({ pending }) => pending.some(({ op }) => op === 'delete'));
  return isHeld && isDeleted ? namedBy(await local.outbox.toArray()) : new Set();
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

/**
 * An edit of a create that was refused in an earlier answer joins that create's entry, if it was made before that answer: what
 * came later is another record under the same id.
 */
async function listRejections(
  local: LocalDatabase,
  { entity, entityId }: StoredRecord,
  rejected: readonly RejectedChange[],
): Promise<void> {
  const create = rejected.find(isCreate);
  const known = create
    ? await local.rejected
        .where('[entity+entityId]')
        .equals([entity, entityId])
        .filter((entry) => isCreate(entry) && entry.at >= create.clientUpdatedAt)
        .toArray()
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
