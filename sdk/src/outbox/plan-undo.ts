import type { OutboxChange } from '../store/rows.ts';
import type { StoredRecord } from '../store/record-store.ts';
import { isCreate } from './change-order.ts';

export type UndoPlan =
  | { readonly kind: 'planned'; readonly record: StoredRecord }
  /** It may have left the device. */
  | { readonly kind: 'sent' }
  /** The record would be gone, and other pending changes refer to it. */
  | { readonly kind: 'named' };

/**
 * The record without one of its pending changes, or without some of the fields that this one edits. With the creation goes
 * everything that was done to the new record; nothing else depends on the change that is taken back.
 */
export function planUndo(
  record: StoredRecord,
  change: OutboxChange,
  { fields, isNamed }: { readonly fields: readonly string[] | null; readonly isNamed: boolean },
): UndoPlan {
  if (change.state === 'sent') return { kind: 'sent' };
  const place = record.pending.indexOf(change);
  const [before, later] = [record.pending.slice(0, place), record.pending.slice(place + 1)];
  const payload = Object.fromEntries(
    Object.entries(change.payload).filter(([field]) => fields?.includes(field) === false),
  );
  if (Object.keys(payload).length > 0) {
    const rest = { ...change, payload, held: change.held && { ...change.held, notBefore: null } };
    return { kind: 'planned', record: { ...record, pending: [...before, rest, ...later] } };
  }
  if (!isCreate(change) || isThere(record, before)) {
    return { kind: 'planned', record: { ...record, pending: [...before, ...later] } };
  }
  if (later.some(({ state }) => state === 'sent')) return { kind: 'sent' };
  return isNamed ? { kind: 'named' } : { kind: 'planned', record: { ...record, pending: before } };
}

/** Whether the record exists before the change: on the server, or by what is pending in front of it. */
function isThere({ copy }: StoredRecord, before: readonly OutboxChange[]): boolean {
  return before.reduce((_, { op }) => op !== 'delete', copy.presence === 'live' && copy.values !== null);
}
