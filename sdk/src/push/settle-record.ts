import { type Entity, unreachable } from '@backhaul/shared';
import { blankRow } from '../store/overlay.ts';
import type { StoredRecord } from '../store/record-store.ts';
import type { HeldReason, OutboxChange, RejectedChange, ServerCopy } from '../store/rows.ts';
import { readWireRecord } from '../store/wire-record.ts';
import type { JudgedChange, Refusal, Verdict } from './verdicts.ts';

/** What one answer makes of one record. */
export interface Settlement {
  readonly record: StoredRecord;
  readonly rejected: readonly RejectedChange[];
}

export interface SettleContext {
  /** Of the record; `null`: this version of the app does not declare it. */
  readonly entity: Entity | null;
  /** ISO-8601 UTC. */
  readonly at: string;
  /** When a change that was refused for the `attempts`th time may go again, milliseconds since 1970. */
  readonly retryAt: (attempts: number) => number;
}

interface Progress extends Settlement {
  /** The copy's version comes from this very answer, so nobody else has written between it and the next change. */
  readonly advanced: boolean;
}

/** Pure: the record's copy, outbox and rejections after the verdicts on its changes, which are in the order sent. */
export function settleRecord(
  stored: StoredRecord,
  judged: readonly JudgedChange[],
  context: SettleContext,
): Settlement {
  let progress: Progress = { record: stored, rejected: [], advanced: false };
  for (const { change, verdict } of judged) {
    // Another tab may have settled it in the meantime.
    const current = progress.record.pending.find(({ changeId }) => changeId === change.changeId);
    if (current) progress = settle(progress, current, verdict, context);
  }
  return progress;
}

function settle(progress: Progress, change: OutboxChange, verdict: Verdict, context: SettleContext): Progress {
  switch (verdict.kind) {
    case 'accepted': {
      const before = progress.record.copy;
      const copy = acceptedCopy(before, change, verdict, { entity: context.entity, advanced: progress.advanced });
      const record = { ...without(progress.record, [change]), copy };
      return { ...progress, record, advanced: progress.advanced || copy !== before };
    }
    case 'held': {
      const attempts = (change.held?.attempts ?? 0) + 1;
      const held: HeldReason = { ...verdict.reason, attempts, notBefore: context.retryAt(attempts) };
      const pending = progress.record.pending.map((other) => (other === change ? { ...other, held } : other));
      return { ...progress, record: { ...progress.record, pending } };
    }
    case 'refused':
      return refuse(progress, change, verdict.refusal, context.at);
    default:
      return unreachable(verdict);
  }
}

/**
 * The server's copy after an accepted change. A version is adopted only together with its content: either the answer brings
 * the whole record, or the server had exactly what the change was made on and now holds that and the change. Otherwise the
 * copy stays as it is, and the next pull brings the record.
 */
function acceptedCopy(
  copy: ServerCopy,
  change: OutboxChange,
  { updatedAt, payload }: Extract<Verdict, { kind: 'accepted' }>,
  { entity, advanced }: { readonly entity: Entity | null; readonly advanced: boolean },
): ServerCopy {
  if (entity === null) return copy;
  if (payload !== null) {
    const received = readWireRecord(entity, copy.entityId, payload);
    if (received === null || isOlder(received.updatedAt, copy)) return copy;
    const presence = received.deleted ? 'gone' : 'live';
    return { ...copy, updatedAt: received.updatedAt, values: received.row, presence };
  }
  if (updatedAt === null || isOlder(updatedAt, copy)) return copy;
  if (change.op === 'delete') return { ...copy, updatedAt, presence: 'gone' };
  const knewBase = advanced || (copy.presence === 'live' && copy.updatedAt === change.baseUpdatedAt);
  if (!knewBase || copy.presence === 'hidden') return copy;
  const values = copy.values ?? blankRow(entity, copy.entityId);
  const row = { ...values, ...change.payload, createdAt: values.createdAt ?? updatedAt, updatedAt };
  return { ...copy, updatedAt, values: row, presence: 'live' };
}

/** Cursors are of one length, so text order is time order. */
function isOlder(updatedAt: string, copy: ServerCopy): boolean {
  return copy.updatedAt !== null && updatedAt < copy.updatedAt;
}

function refuse(progress: Progress, change: OutboxChange, refusal: Refusal, at: string): Progress {
  const { record } = progress;
  if (change.op === 'delete' && refusal.code === 'RECORD_GONE') {
    return { ...progress, record: { ...without(record, [change]), copy: { ...record.copy, presence: 'gone' } } };
  }
  const creates = isCreate(change) && record.copy.updatedAt === null;
  const followers = creates ? editsOfCreate(record.pending, change) : [];
  const entry = rejectedChange(change, refusal, at, followers);
  return {
    ...progress,
    record: without(record, [change, ...followers]),
    rejected: foldRejections([...progress.rejected, entry]),
  };
}

/**
 * What was edited on a record after its refused create: alone it could never succeed, so it joins the create's entry. Only up
 * to the next change that has left the device, which brings its own verdict and takes what follows it along, in order.
 */
function editsOfCreate(pending: readonly OutboxChange[], create: OutboxChange): readonly OutboxChange[] {
  const later = pending.slice(pending.indexOf(create) + 1);
  const end = later.findIndex(({ op, state }) => op === 'delete' || state === 'sent');
  return end < 0 ? later : later.slice(0, end);
}

/** A refused create and the refused edits that were made on it are one entry, under the reason of the first. */
export function foldRejections(entries: readonly RejectedChange[]): readonly RejectedChange[] {
  const [first, ...rest] = entries.filter(isCreate);
  if (!first || rest.length === 0) return entries;
  const payload = Object.assign({}, first.payload, ...rest.map((entry) => entry.payload)) as RejectedChange['payload'];
  return [{ ...first, payload }, ...entries.filter((entry) => !isCreate(entry))];
}

export function isCreate({ op, baseUpdatedAt }: Pick<RejectedChange, 'op' | 'baseUpdatedAt'>): boolean {
  return op === 'upsert' && baseUpdatedAt === null;
}

function rejectedChange(
  { changeId, op, entity, entityId, payload, baseUpdatedAt, clientUpdatedAt }: OutboxChange,
  { code, message, fields }: Refusal,
  at: string,
  followers: readonly OutboxChange[],
): RejectedChange {
  const all = Object.assign({}, payload, ...followers.map((change) => change.payload)) as OutboxChange['payload'];
  return { changeId, op, entity, entityId, payload: all, baseUpdatedAt, clientUpdatedAt, code, message, fields, at };
}

function without(record: StoredRecord, changes: readonly OutboxChange[]): StoredRecord {
  return { ...record, pending: record.pending.filter((change) => !changes.includes(change)) };
}
