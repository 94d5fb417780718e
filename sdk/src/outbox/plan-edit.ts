import type { FieldMap, Row } from '../store/rows.ts';
import { copyOf, type PendingChange, type PendingRecord, type Stamp } from './pending-record.ts';

/**
 * Queues an edit of some fields. Each field keeps the base of the pending edit it already has; the others are based on the
 * server copy. Fields of one base make one change, which joins the last unsent change of that base where the order of the
 * record's changes allows it. Changes that may have left the device are never altered.
 */
export function planUpsert(record: PendingRecord, visible: Row | null, payload: FieldMap, stamp: Stamp): PendingRecord {
  if (Object.keys(payload).length === 0 && visible !== null) return record;
  const copy = record.copy ?? copyOf(record.entity, record.entityId, visible);
  let pending = record.pending;
  for (const [base, fields] of groupByBase({ ...record, copy }, payload)) {
    pending = queueUpsert({ ...record, copy, pending }, base, fields, stamp);
  }
  return { ...record, copy, pending };
}

/**
 * Queues a delete behind the record's other changes, which all stay. A record that never left the device takes its changes
 * with it.
 */
export function planDelete(record: PendingRecord, visible: Row, stamp: Stamp): PendingRecord {
  const copy = record.copy ?? copyOf(record.entity, record.entityId, visible);
  const neverLeft =
    copy.values === null &&
    copy.updatedAt === null &&
    record.pending.every((change) => change.op === 'upsert' && change.state === 'unsent');
  if (neverLeft) return { ...record, copy: null, pending: [] };
  const change = newChange(record, 'delete', copy.updatedAt, {}, stamp);
  return { ...record, copy, pending: [...record.pending, change] };
}

function groupByBase(record: PendingRecord, payload: FieldMap): Map<string | null, FieldMap> {
  const groups = new Map<string | null, FieldMap>();
  for (const [field, value] of Object.entries(payload)) {
    const base = baseOf(record, field);
    groups.set(base, { ...groups.get(base), [field]: value });
  }
  // A create of nothing but nulls is still a create.
  if (groups.size === 0) groups.set(record.copy?.updatedAt ?? null, {});
  return groups;
}

function baseOf(record: PendingRecord, field: string): string | null {
  const last = record.pending.findLast((change) => touches(change, field));
  return last ? last.baseUpdatedAt : (record.copy?.updatedAt ?? null);
}

/** A delete takes every field with it. */
function touches(change: PendingChange, field: string): boolean {
  return change.op === 'delete' || Object.hasOwn(change.payload, field);
}

function queueUpsert(
  record: PendingRecord,
  base: string | null,
  fields: FieldMap,
  stamp: Stamp,
): readonly PendingChange[] {
  const { pending } = record;
  const target = squashTarget(pending, base, fields);
  if (target === null) return [...pending, newChange(record, 'upsert', base, fields, stamp)];
  const squashed: PendingChange = {
    ...target,
    payload: { ...target.payload, ...fields },
    clientUpdatedAt: stamp.at,
    clockOffset: stamp.clockOffset,
  };
  return pending.map((change) => (change === target ? squashed : change));
}

/** The last unsent change of this base that no later change of the record stands in the way of. */
function squashTarget(pending: readonly PendingChange[], base: string | null, fields: FieldMap): PendingChange | null {
  for (const change of pending.toReversed()) {
    if (change.op === 'delete') return null;
    if (change.state === 'unsent' && change.baseUpdatedAt === base) return change;
    if (Object.keys(fields).some((field) => touches(change, field))) return null;
  }
  return null;
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
