import type { NewOutboxChange, OutboxChange, Row, ServerCopy } from '../store/rows.ts';
import type { IsTimed } from './squash.ts';

/** A change on its way into the outbox: `seq` is `null` until IndexedDB has given one. */
export type PendingChange = NewOutboxChange & { readonly seq: number | null };

/** One record as the outbox sees it. `pending` is in order; `copy` is `null` exactly when nothing is pending. */
export interface PendingRecord {
  readonly entity: string;
  readonly entityId: string;
  readonly copy: ServerCopy | null;
  readonly pending: readonly PendingChange[];
}

/** What is stamped on a change, once, when the edit is made. */
export interface Stamp {
  /** The fields of the record where that time decides. */
  readonly isTimed: IsTimed;
  readonly newId: () => string;
  /** ISO-8601 UTC, the device's clock. */
  readonly at: string;
  readonly clockOffset: number | null;
}

/** The server's copy as the first edit finds it: the visible row still equals it. `null`: a record that is being created. */
export function copyOf(entity: string, entityId: string, visible: Row | null): ServerCopy {
  return { entity, entityId, updatedAt: visible?.updatedAt ?? null, values: visible, presence: 'live' };
}

/** What has to be written so that the stored outbox of a record becomes the planned one. */
export interface OutboxWrites {
  readonly add: NewOutboxChange[];
  readonly put: OutboxChange[];
  readonly remove: number[];
}

/** Planning keeps the objects that it does not change, so identity tells what is new. */
export function outboxWrites(before: PendingRecord, after: PendingRecord): OutboxWrites {
  const kept = new Set(after.pending.map((change) => change.seq));
  const known = new Set(before.pending);
  const add: NewOutboxChange[] = [];
  const put: OutboxChange[] = [];
  for (const change of after.pending) {
    if (known.has(change)) continue;
    const { seq, ...rest } = change;
    if (seq === null) add.push(rest);
    else put.push({ ...rest, seq });
  }
  const remove = before.pending
    .map((change) => change.seq)
    .filter((seq): seq is number => seq !== null && !kept.has(seq));
  return { add, put, remove };
}
