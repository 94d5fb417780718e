import type { Cursor } from '../../cursor.ts';
import { DEFAULT_CONFLICT_POLICY } from '../../domain/conflict-policy.ts';
import type { Domain } from '../../domain/define-domain.ts';
import { isRetryable } from '../../errors/error-policy.ts';
import type { RecordId } from '../../ids.ts';
import { type Json, jsonEqual } from '../../json.ts';
import { applyMerge, createRecord } from '../../merge/apply-merge.ts';
import { type MergeChange, mergeChange, type MergeResult } from '../../merge/merge-change.ts';
import type { RecordValues, StoredRecord } from '../../merge/stored-record.ts';
import { valueSeen } from '../../merge/value-seen.ts';
import type { HistoryEntry } from '../history-entry.ts';
import type { TenantClock } from '../tenant-clock.ts';
import { authoriseCreate, authoriseMerge, authoriseRead, mayWrite } from './authorise.ts';
import {
  type AdmittedChange,
  type AuditedWrite,
  type ChangeOutcome,
  type DecidableChange,
  type RejectedChange,
  reject,
  type Writer,
} from './change.ts';
import { conflictRows } from './conflict-rows.ts';
import { completeValues, missingFields } from './create.ts';
import { type PushState, recordKey, referencesOf } from './push-state.ts';
import { NamedInProgress } from './named-in-progress.ts';
import { resolveBase } from './resolve-base.ts';
import { UniqueOwnersInProgress } from './unique-owners.ts';

/** What the decisions about a request carry from one of its changes to the next. */
export interface FoldProgress {
  /** Records that the request creates somewhere: references to them are believed. */
  readonly creatable: ReadonlySet<string>;
  /** Only forks of it are used. */
  readonly clock: TenantClock;
  /** Changes that wait for something else to arrive, by record: what follows on the record waits with them, in its order. */
  readonly waiting: ReadonlyMap<string, RejectedChange>;
  /** Values that earlier changes of the request carried, by record: what its sender saw when it made a later one. */
  readonly carried: ReadonlyMap<string, RecordValues>;
}

/** What the fold needs besides the loaded state; all of it deterministic but for new ids. */
export interface FoldContext {
  readonly domain: Domain;
  readonly writer: Writer;
  readonly newId: () => string;
  readonly progress: FoldProgress;
}

/** The first and the last state of a record that is written. */
export interface WrittenRecord {
  readonly entity: string;
  /** `null`: it is new. */
  readonly before: StoredRecord | null;
  readonly after: StoredRecord;
}

/** The effect of some changes of a request: nothing is written yet. */
export interface Folded {
  /** In the order of the changes. */
  readonly outcomes: readonly ChangeOutcome[];
  /** Every record that got a new version, by record. */
  readonly written: ReadonlyMap<string, WrittenRecord>;
  readonly audit: readonly AuditedWrite[];
  /** Records that do not exist yet and that accepted changes refer to. */
  readonly reliedOn: ReadonlySet<string>;
  readonly progress: FoldProgress;
}

/**
 * Decides about changes in order, on the state as loaded. A record that occurs twice is folded: the second change meets what
 * the first one made.
 */
export function foldChanges(changes: readonly DecidableChange[], state: PushState, context: FoldContext): Folded {
  const fold = new Fold(state, context);
  const outcomes = changes.map((change) => fold.decide(change));
  const { written, audit, reliedOn, clock, waiting, carried } = fold;
  const progress = { creatable: context.progress.creatable, clock, waiting, carried };
  return { outcomes, written, audit, reliedOn, progress };
}

class Fold {
  readonly written = new Map<string, WrittenRecord>();
  readonly audit: AuditedWrite[] = [];
  readonly reliedOn = new Set<string>();
  readonly clock: TenantClock;
  readonly waiting: Map<string, RejectedChange>;
  readonly carried: Map<string, RecordValues>;
  readonly #state: PushState;
  readonly #context: FoldContext;
  readonly #owners: UniqueOwnersInProgress;
  readonly #named: NamedInProgress;

  constructor(state: PushState, context: FoldContext) {
    const { clock, waiting, carried } = context.progress;
    this.#state = state;
    this.#context = context;
    this.clock = clock.fork();
    this.waiting = new Map(waiting);
    this.carried = new Map(carried);
    this.#owners = new UniqueOwnersInProgress(state.uniqueOwners);
    this.#named = new NamedInProgress(context, state.named);
  }

  decide(change: DecidableChange): ChangeOutcome {
    const key = recordKey(change.entity ?? '', change.entityId ?? '');
    const earlier = this.waiting.get(key);
    const outcome = 'kind' in change ? change : earlier ? waitBehind(change, earlier) : this.#apply(change);
    // Only an outbox sends a change again, and the first one says what the whole queue behind it waits for.
    const waits = this.#context.writer.outbox !== null && outcome.kind === 'rejected' && isRetryable(outcome.code);
    if (waits && !earlier) this.waiting.set(key, outcome);
    if (outcome.kind === 'accepted') this.carried.set(key, { ...this.carried.get(key), ...outcome.change.payload });
    return outcome;
  }

  #apply(change: AdmittedChange): ChangeOutcome {
    const key = recordKey(change.entity, change.entityId);
    const current = this.written.get(key)?.after ?? this.#state.records.get(key) ?? null;
    return current === null ? this.#create(change) : this.#merge(change, current);
  }

  #create(change: AdmittedChange): ChangeOutcome {
    const record = this.#judgeCreation(change);
    if ('kind' in record) return record;
    this.clock.next();
    this.#relyOn(change);
    this.#write(change, null, record, 'create', nonNull(record.values));
    const echo = !this.#equalsSent(change, record, nonNullNames(record.values));
    return { kind: 'accepted', change, outcome: 'applied', record, echo, conflicts: [] };
  }

  /** The record that the change would make of nothing, or why it may not. */
  #judgeCreation(change: AdmittedChange): StoredRecord | RejectedChange {
    const { domain, writer } = this.#context;
    const gone = this.#state.known.get(recordKey(change.entity, change.entityId))?.purged === true;
    const isCreate = change.op === 'upsert' && (change.base.kind === 'create' || change.base.kind === 'unstated');
    if (gone || !isCreate)
      return reject(change, 'RECORD_GONE', 'There is no such record, or this member may not see it');
    const values = completeValues(change.declaration, change.payload);
    const missing = missingFields(change.declaration, values);
    if (missing.length > 0) return reject(change, 'REQUIRED_FIELD', `${missing.join(', ')} is required`, missing);

    const record = createRecord(change.entityId, values, this.#mergeChange(change, null), this.clock.peek());
    const refused =
      authoriseCreate(domain, writer, change, record) ??
      this.#checkReferences(change, Object.keys(change.payload)) ??
      this.#owners.check(change, record);
    return refused ?? record;
  }

  /** Answered like a change of a record that does not exist. */
  #refuseHidden(change: AdmittedChange): RejectedChange {
    const judged = this.#judgeCreation(change);
    return 'kind' in judged ? judged : reject(change, 'FORBIDDEN', 'This member may not use this id');
  }

  #merge(change: AdmittedChange, before: StoredRecord): ChangeOutcome {
    const { domain, writer } = this.#context;
    const isNamed = this.#named.isNamed(change.entityId);
    const readable = authoriseRead(domain, writer, { change, stored: before, isNamed });
    if (readable === 'hidden') return this.#refuseHidden(change);
    if (readable !== null) return readable;
    const base = resolveBase(change, before, writer);
    const mergeable = this.#mergeChange(change, base);
    const result = mergeChange(before, mergeable, {
      policyOf: (field) => change.declaration.fields[field]?.policy ?? DEFAULT_CONFLICT_POLICY,
      isWritable: (field) => mayWrite(domain, writer, { change, before, field }),
      valueSeen: (field) => this.#valueSeen(change, before, base, field),
    });
    const sentDiffers = (record: StoredRecord): boolean =>
      !this.#equalsSent(change, record, Object.keys(change.payload));
    if (result.outcome === 'unchanged') {
      const echo = before.updatedAt !== base || sentDiffers(before);
      return { kind: 'accepted', change, outcome: 'unchanged', record: before, echo, conflicts: [] };
    }

    const version = this.clock.peek();
    const writes = result.edits.length > 0 || result.deletion !== null;
    const after = writes ? applyMerge(before, result, mergeable, version) : before;
    const edited = result.edits.map(({ field }) => field);
    const refused =
      authoriseMerge(domain, writer, { change, before, after, result }) ??
      this.#checkReferences(change, edited) ??
      this.#owners.check(change, after);
    if (refused) return refused;

    this.clock.next();
    this.#relyOn(change);
    const { action, changes } = describeMerge(before, after, result);
    if (writes) this.#write(change, before, after, action, changes);
    else this.audit.push({ change, version, action, changes });
    const conflicts = conflictRows(change, result, {
      ...this.#context,
      entries: this.#historyOf(change),
      nextVersion: () => this.clock.next(),
    });
    const echo = before.updatedAt !== base || sentDiffers(after);
    return { kind: 'accepted', change, outcome: result.outcome, record: after, echo, conflicts };
  }

  #mergeChange({ op, at, payload, declaration, base: { kind } }: AdmittedChange, base: Cursor | null): MergeChange {
    // Made anew, with everything that a new record needs: it is to exist, even if it equals what was deleted.
    const isComplete = missingFields(declaration, completeValues(declaration, payload)).length === 0;
    const isRecreation = op === 'upsert' && kind === 'create' && isComplete;
    return { op: isRecreation ? 'revive' : op, at, payload, base, device: this.#context.writer.outbox };
  }

  #write(
    change: AdmittedChange,
    before: StoredRecord | null,
    after: StoredRecord,
    action: AuditedWrite['action'],
    changes: AuditedWrite['changes'],
  ): void {
    const key = recordKey(change.entity, change.entityId);
    const first = this.written.get(key);
    this.written.set(key, { entity: change.entity, before: first ? first.before : before, after });
    this.audit.push({ change, version: after.updatedAt, action, changes });
    this.#owners.note(change, before, after);
    this.#named.note(change.entity, before, after);
  }

  #checkReferences(change: AdmittedChange, fields: readonly string[]): RejectedChange | null {
    const missing = referencesOf(change)
      .filter(({ field }) => fields.includes(field))
      .filter(
        ({ entity, id }) => !this.#isThere(entity, id) && !this.#context.progress.creatable.has(recordKey(entity, id)),
      )
      .map(({ field }) => field);
    if (missing.length === 0) return null;
    return reject(change, 'MISSING_REFERENCE', `${missing.join(', ')} names a record that is not known here`, missing);
  }

  #isThere(entity: string, id: RecordId): boolean {
    const key = recordKey(entity, id);
    return this.#state.known.has(key) || this.written.has(key);
  }

  #relyOn(change: AdmittedChange): void {
    for (const { entity, id } of referencesOf(change)) {
      if (!this.#isThere(entity, id)) this.reliedOn.add(recordKey(entity, id));
    }
  }

  #valueSeen(change: AdmittedChange, stored: StoredRecord, base: Cursor | null, field: string): Json | undefined {
    const carried = this.carried.get(recordKey(change.entity, change.entityId))?.[field];
    if (carried !== undefined) return carried;
    return valueSeen({ stored, entries: this.#historyOf(change), outbox: this.#context.writer.outbox, base, field });
  }

  /** The record's writes that the sender may not have seen. */
  #historyOf(change: AdmittedChange): readonly HistoryEntry[] {
    return this.#state.history.get(recordKey(change.entity, change.entityId)) ?? [];
  }

  /** Whether these fields of the record are, as JSON, just what the sender sent. */
  #equalsSent(change: AdmittedChange, record: StoredRecord, fields: readonly string[]): boolean {
    if (change.op === 'delete') return record.deletedAt !== null;
    if (record.deletedAt !== null) return false;
    return fields.every((field) => jsonEqual(record.values[field], (change.sent[field] ?? null) as Json));
  }
}

function waitBehind(change: AdmittedChange, { code, message, fields }: RejectedChange): RejectedChange {
  return reject(change, code, `Waits behind an earlier change of this record: ${message}`, fields);
}

function describeMerge(
  before: StoredRecord,
  after: StoredRecord,
  result: MergeResult,
): Pick<AuditedWrite, 'action' | 'changes'> {
  const changes = Object.fromEntries(result.edits.map(({ field, from, to }) => [field, { from, to }]));
  if (result.deletion === null) return { action: 'update', changes };
  const deletion = { deletedAt: { from: before.deletedAt, to: after.deletedAt } };
  return { action: result.deletion === 'delete' ? 'delete' : 'restore', changes: { ...changes, ...deletion } };
}

function nonNullNames(values: { readonly [field: string]: Json }): string[] {
  return Object.keys(values).filter((field) => values[field] !== null);
}

function nonNull(values: { readonly [field: string]: Json }): AuditedWrite['changes'] {
  return Object.fromEntries(nonNullNames(values).map((field) => [field, { from: null, to: values[field] as Json }]));
}
