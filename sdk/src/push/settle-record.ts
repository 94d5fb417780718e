import { type Entity, jsonEqual, unreachable } from '@backhaul/shared';
import { isCreate, touches } from '../outbox/change-order.ts';
import { changesBeforeDelete, timedIn } from '../outbox/plan-edit.ts';
import { squash, timedFields } from '../outbox/squash.ts';
import { blankRow } from '../store/overlay.ts';
import type { StoredRecord } from '../store/record-store.ts';
import type { HeldReason, OutboxChange, RejectedChange, ServerCopy } from '../store/rows.ts';
import { type ReceivedRecord, readWireRecord } from '../store/wire-record.ts';
import { isOfSchema, isUnknownToServer, splitForOlderServer } from './older-server.ts';
import type { JudgedChange, Refusal, Verdict } from './verdicts.ts';

/** What one answer makes of one record. */
export interface Settlement {
  readonly record: StoredRecord;
  readonly rejected: readonly RejectedChange[];
  /** Places in the outbox of changes that the server can take after all, now that what it does not know is apart from them. */
  readonly freed: readonly number[];
  /** And of those parts, which wait. */
  readonly parted: readonly number[];
}

export interface SettleContext {
  /** Of the record; `null`: this version of the app does not declare it. */
  readonly entity: Entity | null;
  /** ISO-8601 UTC. */
  readonly at: string;
  /** When a change that was refused for the `attempts`th time may go again, milliseconds since 1970. */
  readonly retryAt: (attempts: number) => number;
  readonly newId: () => string;
  /** Whether a pending change of another record may refer to this one. */
  readonly isNamed: boolean;
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
  let progress: Progress = { record: stored, rejected: [], freed: [], parted: [], advanced: false };
  for (const { change, verdict } of judged) {
    // Another tab may have settled it in the meantime.
    const current = progress.record.pending.find(({ changeId }) => changeId === change.changeId);
    if (current) progress = settle(progress, current, verdict, context);
  }
  const isHeld = judged.some(({ verdict }) => verdict.kind === 'held');
  return isHeld ? { ...progress, record: regroupHeld(progress.record, context) } : progress;
}

function settle(progress: Progress, change: OutboxChange, verdict: Verdict, context: SettleContext): Progress {
  switch (verdict.kind) {
    case 'accepted':
      return accept(progress, change, verdict, context.entity);
    case 'held':
      return hold(progress, change, verdict.reason, context);
    case 'setAside':
      return altered(progress, change, { ...change, held: heldFor(verdict.reason, change, context) });
    case 'refused':
      return refuse(progress, change, verdict.refusal, context.at);
    default:
      return unreachable(verdict);
  }
}

/** The server knows nothing of the change, so it may be altered from now on: under another id, which says so. */
function hold(progress: Progress, change: OutboxChange, reason: Refusal, context: SettleContext): Progress {
  const unsent: OutboxChange = { ...change, changeId: context.newId(), state: 'unsent', held: null };
  const held = { ...unsent, held: heldFor(reason, change, context) };
  const split = splitForOlderServer(held, { ...context, nextSeq: seqAfter(progress.record, change) });
  if (split !== null) {
    return {
      ...altered(progress, change, split.known, split.waiting),
      freed: [...progress.freed, split.known.seq],
      parted: [...progress.parted, split.waiting.seq],
    };
  }
  // It was refused for what an earlier change of the record lacked, and that is apart from it now.
  const isFreed =
    progress.freed.length > 0 && isOfSchema(reason) && !reason.fields.some((field) => touches(change, field));
  if (!isFreed) return altered(progress, change, held);
  return { ...altered(progress, change, unsent), freed: [...progress.freed, change.seq] };
}

function seqAfter({ pending }: StoredRecord, { seq }: OutboxChange): number | null {
  return pending.find((other) => other.seq > seq)?.seq ?? null;
}

function heldFor(reason: Refusal, { held }: OutboxChange, { retryAt }: SettleContext): HeldReason {
  const attempts = (held?.attempts ?? 0) + 1;
  return { ...reason, attempts, notBefore: retryAt(attempts) };
}

function altered(progress: Progress, change: OutboxChange, ...to: OutboxChange[]): Progress {
  const pending = progress.record.pending.flatMap((other) => (other === change ? to : [other]));
  return { ...progress, record: { ...progress.record, pending } };
}

/** What was edited or deleted while a change was on its way that is held now, meets it as if it had been held before. */
function regroupHeld(record: StoredRecord, { entity, isNamed }: SettleContext): StoredRecord {
  const isTimed = timedIn(record.pending, record.copy, { isTimed: timedFields(entity) });
  const pending = squash(record.pending, isTimed);
  const last = pending.at(-1);
  if (last?.op !== 'delete' || last.state === 'sent') return { ...record, pending };
  const before = changesBeforeDelete(pending.slice(0, -1), record.copy, isNamed);
  return { ...record, pending: before === null ? [] : [...before, last] };
}

type Accepted = Extract<Verdict, { kind: 'accepted' }>;

function accept(progress: Progress, change: OutboxChange, verdict: Accepted, entity: Entity | null): Progress {
  const { copy } = progress.record;
  const received = entity && verdict.payload ? readWireRecord(copy.entityId, verdict.payload) : null;
  const accepted = acceptedCopy(copy, change, verdict, { entity, received, advanced: progress.advanced });
  const pending = progress.record.pending.flatMap((other): OutboxChange[] => {
    if (other === change) return [];
    return other.seq < change.seq ? superseded(other, change) : [rebased(other, change, verdict, received)];
  });
  return {
    ...progress,
    record: { ...progress.record, copy: accepted, pending },
    advanced: progress.advanced || accepted !== copy,
  };
}

/** What is left of an earlier change that was held: the accepted one was made on top of it. */
function superseded(earlier: OutboxChange, change: OutboxChange): OutboxChange[] {
  if (earlier.state === 'sent') return [earlier];
  if (earlier.op === 'delete' || change.op === 'delete') return [];
  const kept = Object.entries(earlier.payload).filter(([field]) => !touches(change, field));
  return kept.length === 0 ? [] : [{ ...earlier, payload: Object.fromEntries(kept) }];
}

/**
 * An unsent edit of nothing but fields that the server now holds just as they were sent is based on that version: the user made
 * it on top of them. On the old base it would count as one that had not seen this device's own edit.
 */
function rebased(
  later: OutboxChange,
  change: OutboxChange,
  { isConflict, updatedAt }: Accepted,
  received: ReceivedRecord | null,
): OutboxChange {
  const version = received?.updatedAt ?? updatedAt;
  if (version === null || received?.deleted) return later;
  if (later.state === 'sent' || later.op === 'delete' || later.baseUpdatedAt !== change.baseUpdatedAt) return later;
  // Nobody can have written a field that the server does not know, and on the base of a create all edits would wait behind it.
  if (isCreate(change) && isUnknownToServer(later)) return { ...later, baseUpdatedAt: version };
  if (isConflict) return later;
  const builds = Object.keys(later.payload).every((field) => {
    const sent = change.payload[field];
    return sent !== undefined && (received === null || jsonEqual(received.row[field], sent));
  });
  return builds ? { ...later, baseUpdatedAt: version } : later;
}

/**
 * The server's copy after an accepted change. A version is adopted only together with its content: either the answer brings
 * the whole record, or the server had exactly what the change was made on and now holds that and the change. Otherwise the
 * copy stays as it is, and the next pull brings the record.
 */
function acceptedCopy(
  copy: ServerCopy,
  change: OutboxChange,
  { updatedAt, payload }: Accepted,
  {
    entity,
    received,
    advanced,
  }: { readonly entity: Entity | null; readonly received: ReceivedRecord | null; readonly advanced: boolean },
): ServerCopy {
  if (entity === null) return copy;
  if (payload !== null) {
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
  const creates = isCreate(change) && (record.copy.updatedAt === null || record.copy.presence === 'gone');
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

function rejectedChange(
  { changeId, op, entity, entityId, payload, baseUpdatedAt, clientUpdatedAt, clockOffset }: OutboxChange,
  { code, message, fields }: Refusal,
  at: string,
  followers: readonly OutboxChange[],
): RejectedChange {
  const all = Object.assign({}, payload, ...followers.map((change) => change.payload)) as OutboxChange['payload'];
  const stated = { changeId, op, entity, entityId, payload: all, baseUpdatedAt, clientUpdatedAt, clockOffset };
  return { ...stated, code, message, fields, at };
}

function without(record: StoredRecord, changes: readonly OutboxChange[]): StoredRecord {
  return { ...record, pending: record.pending.filter((change) => !changes.includes(change)) };
}
