import type { PushChange } from '@backhaul/shared';
import { type LocalDatabase, outboxTransaction } from '../store/local-database.ts';
import type { OutboxChange } from '../store/rows.ts';
import type { BatchLimits } from './batch-limits.ts';

/** What one sync cycle has done so far: no change is sent twice in it, so that none can keep it from ending. */
export interface PushCycle {
  /** Somebody asked for it: what is held is tried, whether due or not. */
  readonly explicit: boolean;
  /** Ids of the changes that were answered in this cycle. */
  readonly tried: Set<string>;
}

interface BatchRequest {
  readonly limits: BatchLimits;
  readonly cycle: PushCycle;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Picks what to send next and marks it as sent, durably, before anything leaves the device. In the order of the edits;
 * changes that are held go last and only when due, together with the later changes of their records.
 */
export function takeBatch(local: LocalDatabase, request: BatchRequest): Promise<OutboxChange[]> {
  return outboxTransaction(local, async (tx) => {
    const batch = await pickBatch(tx, request);
    const unsent = batch.filter(({ state }) => state === 'unsent');
    await tx.outbox.bulkPut(unsent.map((change) => ({ ...change, state: 'sent' })));
    return batch.map((change) => ({ ...change, state: 'sent' }));
  });
}

const CHUNK = 500;

async function pickBatch(local: LocalDatabase, { limits, cycle, now }: BatchRequest): Promise<OutboxChange[]> {
  const fits = within(limits);
  const ready: OutboxChange[] = [];
  const late: OutboxChange[] = [];
  const waiting = new Set<string>();
  const due = new Set<string>();
  for (let after = 0; ; ) {
    const chunk = await local.outbox.where('seq').above(after).limit(CHUNK).toArray();
    for (const change of chunk) {
      const record = `${change.entity}/${change.entityId}`;
      if (cycle.tried.has(change.changeId)) waiting.add(record);
      else if (waiting.has(record)) continue;
      else if (due.has(record)) late.push(change);
      else if (change.held === null) {
        if (!fits(change)) return ready;
        ready.push(change);
      } else if (cycle.explicit || change.held.notBefore <= now) {
        due.add(record);
        late.push(change);
      } else waiting.add(record);
    }
    const last = chunk.at(-1);
    if (chunk.length < CHUNK || !last) break;
    after = last.seq;
  }
  // In a push of their own: one of them may be what made a whole push fail.
  return ready.length > 0 ? ready : late.filter(fitting(fits));
}

/** Everything up to the first that does not fit. */
function fitting(fits: (change: OutboxChange) => boolean): (change: OutboxChange) => boolean {
  let full = false;
  return (change) => {
    full ||= !fits(change);
    return !full;
  };
}

/** Says whether one more change fits; the first always does, or it would never be sent. */
function within({ changes, bytes }: BatchLimits): (change: OutboxChange) => boolean {
  const encoder = new TextEncoder();
  let count = 0;
  let size = 0;
  return (change) => {
    const length = encoder.encode(JSON.stringify(wireChange(change))).length;
    if (count > 0 && (count + 1 > changes || size + length > bytes)) return false;
    count += 1;
    size += length;
    return true;
  };
}

/** The same bytes whenever it is sent: nothing here depends on when that is. */
export function wireChange(change: OutboxChange): PushChange {
  const { changeId, op, entity, entityId, clientUpdatedAt, clockOffset, baseUpdatedAt, payload } = change;
  return {
    changeId,
    op,
    entity,
    entityId,
    clientUpdatedAt,
    ...(clockOffset === null ? {} : { clockOffset }),
    baseUpdatedAt,
    ...(op === 'upsert' ? { payload: { ...payload } } : {}),
  };
}
