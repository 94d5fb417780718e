import type { PushChange } from '@backhaul/shared';
import { type LocalDatabase, outboxTransaction } from '../store/local-database.ts';
import { mustFollow } from '../outbox/change-order.ts';
import type { HeldReason, OutboxChange } from '../store/rows.ts';
import { LONGEST_DELAY } from '../sync/backoff.ts';
import type { Failure } from '../transport/failure.ts';
import { type BatchLimits, within } from './batch-limits.ts';

/** What one sync cycle has done so far: no change is sent twice in it, so that none can keep it from ending. */
export interface PushCycle {
  /** Somebody asked for it: what is held is tried, whether due or not. */
  readonly explicit: boolean;
  /** Places in the outbox of the changes that were answered in this cycle; their ids may be others by now. */
  readonly tried: Set<number>;
  /** Why a change of this cycle was set aside. */
  setAside: Failure | null;
}

interface BatchRequest {
  readonly limits: BatchLimits;
  readonly cycle: PushCycle;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Picks what to send next and marks it as sent, durably, before anything leaves the device. In the order of the edits;
 * changes that are held go last and only when due, together with those that must follow them.
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
  const delayed = new Map<string, Delayed[]>();
  for (let after = 0; ; ) {
    const chunk = await local.outbox.where('seq').above(after).limit(CHUNK).toArray();
    for (const change of chunk) {
      const record = `${change.entity}/${change.entityId}`;
      const earlier = delayed.get(record) ?? [];
      const turn = turnOf(change, earlier, cycle, now);
      if (turn === 'next') {
        if (!fits(wireChange(change))) return ready;
        ready.push(change);
        continue;
      }
      if (turn === 'late') late.push(change);
      delayed.set(record, [...earlier, { change, turn }]);
    }
    const last = chunk.at(-1);
    if (chunk.length < CHUNK || !last) break;
    after = last.seq;
  }
  // In a push of their own: one of them may be what made a whole push fail.
  return ready.length > 0 ? ready : late.filter(fitting(fits));
}

/** A change that goes behind all others, or not in this push. */
interface Delayed {
  readonly change: OutboxChange;
  readonly turn: 'late' | 'notNow';
}

/** `earlier`: delayed changes of the same record. Held ones that could do without each other are tried one by one. */
function turnOf(
  change: OutboxChange,
  earlier: readonly Delayed[],
  cycle: PushCycle,
  now: number,
): 'next' | Delayed['turn'] {
  const before = earlier.filter((delayed) => mustFollow(change, delayed.change));
  if (cycle.tried.has(change.seq) || before.some(({ turn }) => turn === 'notNow')) return 'notNow';
  if (before.length > 0) return 'late';
  if (change.held === null) return 'next';
  const isFirst = earlier.every(({ turn }) => turn === 'notNow');
  return isFirst && isDue(change.held, cycle, now) ? 'late' : 'notNow';
}

/** A wait longer than any that is ever set comes from a clock that was wrong. */
function isDue({ notBefore }: HeldReason, { explicit }: PushCycle, now: number): boolean {
  return explicit || notBefore === null || notBefore <= now || notBefore - now > LONGEST_DELAY;
}

/** Everything up to the first that does not fit. */
function fitting(fits: (wire: object) => boolean): (change: OutboxChange) => boolean {
  let full = false;
  return (change) => {
    full ||= !fits(wireChange(change));
    return !full;
  };
}

type SentChange = Pick<
  OutboxChange,
  'changeId' | 'op' | 'entity' | 'entityId' | 'clientUpdatedAt' | 'clockOffset' | 'baseUpdatedAt' | 'payload'
>;

/** The same bytes whenever it is sent: nothing here depends on when that is. */
export function wireChange(change: SentChange): PushChange {
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
