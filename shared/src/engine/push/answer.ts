import type { Cursor } from '../../cursor.ts';
import type { Domain } from '../../domain/define-domain.ts';
import type { ChangeId, RecordId, UserId } from '../../ids.ts';
import type { ErrorCode } from '../../errors/error-code.ts';
import { isRetryable } from '../../errors/error-policy.ts';
import type { StoredRecord } from '../../merge/stored-record.ts';
import type { Outcome, PushConflict, PushRejection, PushResponse, PushResult } from '../../protocol/push.ts';
import { type ConflictFacts, type ConflictReader, peopleIn, summarise } from '../conflicts/summarise.ts';
import type { NewConflict, ReplayedConflict } from '../conflicts/new-conflict.ts';
import type { View } from '../projection/view.ts';
import type { ChangeOutcome, RejectedChange } from './change.ts';
import { conflictForSender } from './conflict-for-sender.ts';
import { recordKey } from './push-state.ts';
import type { ReplayedChange, Settled } from './sort-by-receipt.ts';

/** What repeated changes are answered with: the records as they are now, and the conflicts that were logged then. */
export interface Replays {
  readonly records: ReadonlyMap<string, StoredRecord & { readonly entity: string }>;
  readonly conflicts: ReadonlyMap<ChangeId, readonly ReplayedConflict[]>;
}

export interface Answerable {
  /** The member's, once everything is stored. */
  readonly view: View;
  readonly domain: Pick<Domain, 'schemaVersion'>;
  readonly applied: readonly ChangeOutcome[];
  readonly settled: readonly Settled[];
  readonly replays: Replays;
  readonly reader: ConflictReader;
  readonly cursor: Cursor;
  readonly now: Date;
}

/** The push answer: every change's outcome in request order, as the member may see it. */
export function answerPush(answerable: Answerable): PushResponse {
  const { domain, applied, settled, cursor, now } = answerable;
  const lines = [...applied, ...settled]
    .map((outcome) =>
      outcome.kind === 'replayed' ? replayLine(answerable, outcome) : outcomeLine(answerable, outcome),
    )
    .sort((a, b) => a.result.index - b.result.index);
  return {
    serverTime: now.toISOString(),
    schemaVersion: domain.schemaVersion,
    cursor,
    applied: lines.filter(({ rejection }) => !rejection).map(({ result }) => result.entityId as string),
    rejected: lines.flatMap(({ rejection }) => (rejection ? [rejection] : [])),
    conflicts: lines.flatMap(({ conflicts }) => conflicts),
    results: lines.map(({ result }) => result),
  };
}

interface Line {
  readonly result: PushResult;
  readonly rejection: PushRejection | null;
  readonly conflicts: readonly PushConflict[];
}

function outcomeLine(answerable: Answerable, outcome: ChangeOutcome): Line {
  if (outcome.kind === 'rejected') return rejectionLine(outcome);
  const { change, record, echo } = outcome;
  const payload = echo ? payloadOf(answerable, change.entity, record) : {};
  const conflicts = outcome.conflicts.flatMap((conflict) => pushConflict(answerable, record, freshConflict(conflict)));
  const result = resultOf(change, outcome.outcome, record.updatedAt);
  return { result: { ...result, ...payload }, rejection: null, conflicts };
}

/** A repeated change gets its first outcome, with the record as it is now. */
function replayLine(answerable: Answerable, { change, receipt }: ReplayedChange): Line {
  const { applied, settled, replays } = answerable;
  const changeId = change.receipt?.changeId ?? null;
  const first = receipt
    ? receiptOutcome(receipt)
    : firstOutcome([...applied, ...settled].find((outcome) => isFirst(outcome, change.index, changeId)));
  if (first.kind === 'rejected') {
    return rejectionLine({ ...change, kind: 'rejected', changeId, ...first.rejection });
  }
  const record =
    change.entity && change.entityId ? replays.records.get(recordKey(change.entity, change.entityId)) : undefined;
  const payload = record && change.entity ? payloadOf(answerable, change.entity, record) : {};
  const logged = changeId === null ? [] : (replays.conflicts.get(changeId) ?? []);
  const conflicts = logged.flatMap((conflict) => pushConflict(answerable, record, conflict));
  return { result: { ...resultOf(change, first.outcome, first.version), ...payload }, rejection: null, conflicts };
}

type MetConflict = ConflictFacts & Pick<NewConflict, 'conflictId' | 'entityId' | 'serverVersion'>;

/** The records whose content may be in the answer. */
export function answeredRecords(
  applied: readonly ChangeOutcome[],
  { records }: Pick<Replays, 'records'>,
): { readonly entity: string; readonly id: RecordId }[] {
  const echoed = applied.flatMap((outcome) =>
    outcome.kind === 'accepted' && outcome.echo ? [{ entity: outcome.change.entity, id: outcome.record.id }] : [],
  );
  return [...echoed, ...records.values()];
}

/** The people whose names the answer may need. */
export function answeredPeople(applied: readonly ChangeOutcome[], replays: Replays): UserId[] {
  return peopleIn(metConflicts(applied, replays));
}

function metConflicts(applied: readonly ChangeOutcome[], replays: Replays): MetConflict[] {
  const fresh = applied.flatMap((outcome) => (outcome.kind === 'accepted' ? outcome.conflicts.map(freshConflict) : []));
  return [...fresh, ...[...replays.conflicts.values()].flat()];
}

function freshConflict({ client, server, ...conflict }: NewConflict): MetConflict {
  return { ...conflict, clientUser: client.user, serverUser: server.user, resolution: null, resolvedBy: null };
}

function pushConflict(
  { view, reader }: Answerable,
  record: StoredRecord | undefined,
  conflict: MetConflict,
): PushConflict[] {
  const told = conflictForSender(view, record, conflict);
  if (told === null) return [];
  const { conflictId, entity, entityId, fields, winner, serverVersion } = told;
  return [
    {
      id: conflictId,
      entity,
      entityId,
      fields: [...fields],
      summary: summarise(reader, told),
      winner,
      serverUpdatedAt: serverVersion,
    },
  ];
}

type FirstOutcome =
  | { readonly kind: 'accepted'; readonly outcome: Outcome; readonly version: Cursor | null }
  | { readonly kind: 'rejected'; readonly rejection: Pick<RejectedChange, 'code' | 'message' | 'fields'> };

function receiptOutcome(receipt: NonNullable<ReplayedChange['receipt']>): FirstOutcome {
  const { outcome, code, message, fields, version } = receipt;
  if (code === null) return { kind: 'accepted', outcome, version };
  return { kind: 'rejected', rejection: { code, message: message ?? '', fields: fields ?? [] } };
}

function firstOutcome(outcome: ChangeOutcome | Settled | undefined): FirstOutcome {
  if (outcome?.kind === 'accepted') {
    return { kind: 'accepted', outcome: outcome.outcome, version: outcome.record.updatedAt };
  }
  if (outcome?.kind !== 'rejected') throw new Error('A repeated change has no first occurrence');
  const { code, message, fields } = outcome;
  return { kind: 'rejected', rejection: { code, message, fields } };
}

function isFirst(outcome: ChangeOutcome | Settled, index: number, changeId: string | null): boolean {
  if (outcome.kind === 'replayed') return false;
  const { receipt, index: own } = outcome.kind === 'accepted' ? outcome.change : outcome;
  return (
    own < index &&
    receipt?.changeId === changeId &&
    (outcome.kind === 'accepted' || outcome.code !== 'CHANGE_ID_REUSED')
  );
}

function rejectionLine(rejected: RejectedChange): Line {
  const { index, changeId, entity, entityId, op, code, message, fields } = rejected;
  const retryable = isRetryable(code satisfies ErrorCode);
  return {
    result: { index, changeId, entity, entityId, outcome: 'rejected', updatedAt: null },
    rejection: { index, changeId, entity, entityId, op, code, message, fields: [...fields], retryable },
    conflicts: [],
  };
}

function resultOf(
  change: { index: number; receipt: { changeId: string } | null; entity: string | null; entityId: string | null },
  outcome: Outcome,
  updatedAt: Cursor | null,
): PushResult {
  const { index, receipt, entity, entityId } = change;
  return { index, changeId: receipt?.changeId ?? null, entity, entityId, outcome, updatedAt };
}

function payloadOf({ view }: Answerable, entity: string, record: StoredRecord): { payload?: Record<string, unknown> } {
  const projected = view.project(entity, record);
  return projected === null ? {} : { payload: projected };
}
