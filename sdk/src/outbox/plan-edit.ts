import type { FieldMap, Row, ServerCopy } from '../store/rows.ts';
import { touches } from './change-order.ts';
import { copyOf, type PendingChange, type PendingRecord, type Stamp } from './pending-record.ts';
import { append, type IsTimed } from './squash.ts';

/** Fields that get another value than the visible row's. */
export interface FieldEdits {
  readonly payload: FieldMap;
  /** The version that the app had read when it wrote them, where that is older than the visible row; else `null`. */
  readonly seen: string | null;
}

/**
 * Queues an edit of some fields of a visible record. Each field keeps the base of the pending edit it already has; the others
 * are based on the version that the app had read, or on the server copy. Fields of one base make one change.
 */
export function planUpsert(record: PendingRecord, visible: Row, edits: FieldEdits, stamp: Stamp): PendingRecord {
  const { entity, entityId } = record;
  const copy = record.copy ?? copyOf(entity, entityId, visible);
  let { pending } = record;
  for (const [base, fields] of groupByBase(record.pending, edits, copy)) {
    pending = append(pending, newChange(record, 'upsert', base, fields, stamp), timedIn(record.pending, copy, stamp));
  }
  return pending.length === 0 ? record : { ...record, copy, pending };
}

/** Queues a record that the server does not show, or not any more: all of it, in a change of its own. */
export function planCreate(record: PendingRecord, payload: FieldMap, stamp: Stamp): PendingRecord {
  const copy = record.copy ?? copyOf(record.entity, record.entityId, null);
  const change = newChange(record, 'upsert', null, payload, stamp);
  return { ...record, copy, pending: append(record.pending, change, timedIn(record.pending, copy, stamp)) };
}

/** The record as it was before a delete that has not left the device; `null`: nothing is to be taken back. */
export function withoutDelete(record: PendingRecord): PendingRecord | null {
  const last = record.pending.at(-1);
  return last?.op === 'delete' && last.state === 'unsent' ? { ...record, pending: record.pending.slice(0, -1) } : null;
}

/** Takes such a delete back, and queues in what the record now differs from what it was. */
export function planUndelete(record: PendingRecord, visible: Row, edits: FieldEdits, stamp: Stamp): PendingRecord {
  const after = planUpsert(withoutDelete(record) ?? record, visible, edits, stamp);
  return after.pending.length === 0 ? { ...after, copy: null } : after;
}

/** Queues a delete behind those of the record's other changes that still matter. `isNamed`: by another pending change. */
export function planDelete(record: PendingRecord, visible: Row, isNamed: boolean, stamp: Stamp): PendingRecord {
  const copy = record.copy ?? copyOf(record.entity, record.entityId, visible);
  const before = changesBeforeDelete(record.pending, copy, isNamed);
  if (before === null) return { ...record, copy: null, pending: [] };
  return { ...record, copy, pending: [...before, newChange(record, 'delete', copy.updatedAt, {}, stamp)] };
}

/**
 * What still has to be sent when a delete follows; `null`: nothing, not even the delete. A record that the server has never
 * accepted takes its changes with it, unless another pending change refers to it: a deleted record may be referred to, an
 * unknown one not. Held edits of any other record have never taken effect, and would hold up the delete.
 */
export function changesBeforeDelete<C extends PendingChange>(
  pending: readonly C[],
  copy: ServerCopy,
  isNamed: boolean,
): readonly C[] | null {
  if (!isNeverAccepted(pending, copy)) return pending.filter(({ state, held }) => state === 'sent' || held === null);
  return isNamed ? pending : null;
}

/** Nothing of the record has reached the server, or what has was turned away. */
export function isNeverAccepted(pending: readonly PendingChange[], { values, updatedAt }: ServerCopy): boolean {
  return (
    values === null && updatedAt === null && pending.every(({ op, state }) => op === 'upsert' && state === 'unsent')
  );
}

/** Where nobody else can have written to a record, no edit time decides about it. */
export function timedIn(
  pending: readonly PendingChange[],
  copy: ServerCopy,
  { isTimed }: Pick<Stamp, 'isTimed'>,
): IsTimed {
  return isNeverAccepted(pending, copy) ? () => false : isTimed;
}

function groupByBase(
  pending: readonly PendingChange[],
  { payload, seen }: FieldEdits,
  copy: ServerCopy,
): Map<string | null, FieldMap> {
  const groups = new Map<string | null, FieldMap>();
  for (const [field, value] of Object.entries(payload)) {
    const last = pending.findLast((change) => touches(change, field));
    const base = last ? last.baseUpdatedAt : (seen ?? copy.updatedAt);
    groups.set(base, { ...groups.get(base), [field]: value });
  }
  return groups;
}

function newChange(
  { entity, entityId }: PendingRecord,
  op: 'upsert' | 'delete',
  baseUpdatedAt: string | null,
  payload: FieldMap,
  { newId, at, clockOffset }: Stamp,
): PendingChange {
  return {
    seq: null,
    changeId: newId(),
    op,
    entity,
    entityId,
    clientUpdatedAt: at,
    clockOffset,
    baseUpdatedAt,
    payload,
    state: 'unsent',
    held: null,
  };
}
