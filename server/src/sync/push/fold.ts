import type { TenantClock } from '@backhaul/db';
import {
  applyMerge,
  CREATION,
  createRecord,
  type Cursor,
  DEFAULT_CONFLICT_POLICY,
  type Domain,
  isRetryable,
  type Json,
  jsonEqual,
  type MergeChange,
  mergeChange,
  type MergeResult,
  type RecordId,
  type StoredRecord,
} from '@backhaul/shared';
import { authoriseCreate, authoriseMerge, maySee } from './authorise.ts';
import {
  type AdmittedChange,
  type AuditedWrite,
  type ChangeOutcome,
  type RejectedChange,
  reject,
  type Writer,
} from './change.ts';
import { conflictRows } from './conflict-rows.ts';
import { completeValues, missingFields } from './create.ts';
import { type PushState, recordKey, referencesOf } from './load-state.ts';
import { resolveBase } from './resolve-base.ts';

/** What the fold needs besides the loaded state; all of it deterministic but for new ids. */
export interface FoldContext {
  readonly domain: Domain;
  readonly writer: Writer;
  /**
   * Records whose creation waits for something else to arrive, in another part of the same request: what builds on them waits
   * with it, under the same code.
   */
  readonly waiting: ReadonlyMap<string, RejectedChange>;
  /** Only forks of it are used: the caller adopts the one that the fold ended with. */
  readonly clock: TenantClock;
  readonly newId: () => string;
}

/** The effect of a batch: nothing is written yet. */
export interface Folded {
  /** In the order of the changes. */
  readonly outcomes: readonly ChangeOutcome[];
  /** The last state of every record that got a new version, by record. */
  readonly written: ReadonlyMap<
    string,
    { readonly entity: string; readonly before: StoredRecord | null; readonly after: StoredRecord }
  >;
  readonly audit: readonly AuditedWrite[];
  /** Where the tenant clock stands when this has been stored. */
  readonly clock: TenantClock;
  /** Creations that wait for something else to arrive, by record. */
  readonly waiting: ReadonlyMap<string, RejectedChange>;
}

/**
 * Decides about every change of a batch, in order, on the state as loaded. A record that occurs twice is folded: the second
 * change meets what the first one made. References may point at records that the same batch creates, in any order, as long
 * as their creation is accepted.
 */
export function foldChanges(changes: readonly AdmittedChange[], state: PushState, context: FoldContext): Folded {
  const creatable = new Set(
    changes
      .filter((change) => change.op === 'upsert')
      .map((change) => recordKey(change.entity, change.entityId))
      .filter((key) => !state.known.has(key)),
  );
  for (;;) {
    const folded = foldOnce(changes, state, context, creatable);
    // Whoever relied on a creation that failed is decided again without it. Ends: the set only shrinks.
    const failed = [...creatable].filter((key) => !folded.written.has(key));
    if (failed.length === 0) return folded;
    for (const key of failed) creatable.delete(key);
    if (!folded.outcomes.some((outcome) => outcome.kind === 'accepted' && refersTo(outcome.change, failed)))
      return folded;
  }
}

function refersTo(change: AdmittedChange, keys: readonly string[]): boolean {
  return referencesOf(change).some(({ entity, id }) => keys.includes(recordKey(entity, id)));
}

function foldOnce(
  changes: readonly AdmittedChange[],
  state: PushState,
  context: FoldContext,
  creatable: ReadonlySet<string>,
): Folded {
  const fold = new Fold(state, context, creatable);
  const outcomes = changes.map((change) => fold.decide(change));
  return { outcomes, written: fold.written, audit: fold.audit, clock: fold.clock, waiting: fold.waiting };
}

class Fold {
  readonly written = new Map<string, { entity: string; before: StoredRecord | null; after: StoredRecord }>();
  readonly audit: AuditedWrite[] = [];
  readonly clock: TenantClock;
  readonly waiting: Map<string, RejectedChange>;
  readonly #state: PushState;
  readonly #context: FoldContext;
  readonly #creatable: ReadonlySet<string>;
  readonly #owners: Map<string, Map<string, RecordId>>;

  constructor(state: PushState, context: FoldContext, creatable: ReadonlySet<string>) {
    this.#state = state;
    this.#context = context;
    this.#creatable = creatable;
    this.waiting = new Map(context.waiting);
    this.clock = context.clock.fork();
    this.#owners = new Map([...state.uniqueOwners].map(([key, owners]) => [key, new Map(owners)]));
  }

  decide(change: AdmittedChange): ChangeOutcome {
    const current = this.#current(change);
    if (current !== null) return this.#merge(change, current);
    const key = recordKey(change.entity, change.entityId);
    const creation = this.waiting.get(key);
    if (creation) return reject(change, creation.code, creation.message, creation.fields);
    const outcome = this.#create(change);
    if (outcome.kind === 'rejected' && isRetryable(outcome.code)) this.waiting.set(key, outcome);
    return outcome;
  }

  #current(change: AdmittedChange): StoredRecord | null {
    const key = recordKey(change.entity, change.entityId);
    return this.written.get(key)?.after ?? this.#state.records.get(key) ?? null;
  }

  #create(change: AdmittedChange): ChangeOutcome {
    const { domain, writer } = this.#context;
    const gone = this.#state.known.get(recordKey(change.entity, change.entityId))?.purged === true;
    if (gone || change.op !== 'upsert' || change.base.kind === 'version') {
      return reject(change, 'RECORD_GONE', `There is no such ${change.entity}`);
    }
    const values = completeValues(change.declaration, change.payload);
    const missing = missingFields(change.declaration, values);
    if (missing.length > 0) return reject(change, 'REQUIRED_FIELD', `${missing.join(', ')} is required`, missing);

    const record = createRecord(change.entityId, values, this.#mergeChange(change, null), this.clock.peek());
    const refused =
      authoriseCreate(domain, writer, change, record) ??
      this.#checkReferences(change, Object.keys(change.payload)) ??
      this.#checkUnique(change, record);
    if (refused) return refused;

    this.clock.next();
    this.#write(change, null, record, 'create', nonNull(values));
    const echo = !this.#equalsSent(change, record, nonNullNames(values));
    return { kind: 'accepted', change, outcome: 'applied', record, echo, conflicts: [] };
  }

  #merge(change: AdmittedChange, before: StoredRecord): ChangeOutcome {
    const { domain, writer } = this.#context;
    if (!maySee(domain, writer, change.entity, before)) {
      return reject(change, 'FORBIDDEN', `This member may not see this ${change.entity}`);
    }
    const base = resolveBase(change, before, writer);
    const mergeable = this.#mergeChange(change, base);
    const result = mergeChange(before, mergeable, {
      policyOf: (field) => change.declaration.fields[field]?.policy ?? DEFAULT_CONFLICT_POLICY,
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
      this.#checkUnique(change, after);
    if (refused) return refused;

    this.clock.next();
    const { action, changes } = describeMerge(before, after, result);
    if (writes) this.#write(change, before, after, action, changes);
    else this.audit.push({ change, version, action, changes });
    const conflicts = conflictRows(change, result, {
      ...this.#context,
      ...this.#historyOf(change),
      nextVersion: () => this.clock.next(),
    });
    const echo = before.updatedAt !== base || sentDiffers(after);
    return { kind: 'accepted', change, outcome: result.outcome, record: after, echo, conflicts };
  }

  #mergeChange({ op, at, payload }: AdmittedChange, base: Cursor | null): MergeChange {
    return { op, at, payload, base, device: this.#context.writer.deviceId };
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
    for (const [index, owners] of this.#ownersOf(change)) {
      const field = index.slice(change.entity.length + 1);
      const old = before?.values[field];
      if (typeof old === 'string' && owners.get(old) === change.entityId) owners.delete(old);
      const value = after.values[field];
      if (typeof value === 'string' && after.deletedAt === null) owners.set(value, change.entityId);
    }
  }

  #checkReferences(change: AdmittedChange, fields: readonly string[]): RejectedChange | null {
    const missing = referencesOf(change)
      .filter(({ field }) => fields.includes(field))
      .filter(
        ({ entity, id }) =>
          !this.#state.known.has(recordKey(entity, id)) && !this.#creatable.has(recordKey(entity, id)),
      )
      .map(({ field }) => field);
    if (missing.length === 0) return null;
    return reject(change, 'MISSING_REFERENCE', `${missing.join(', ')} names a record that is not known here`, missing);
  }

  #checkUnique(change: AdmittedChange, after: StoredRecord): RejectedChange | null {
    if (after.deletedAt !== null) return null;
    for (const [index, owners] of this.#ownersOf(change)) {
      const field = index.slice(change.entity.length + 1);
      const value = after.values[field];
      const owner = typeof value === 'string' ? owners.get(value) : undefined;
      if (owner !== undefined && owner !== change.entityId) {
        return reject(change, 'DUPLICATE_VALUE', `Another ${change.entity} already has this ${field}`, [field]);
      }
    }
    return null;
  }

  #ownersOf(change: AdmittedChange): [string, Map<string, RecordId>][] {
    return [...this.#owners].filter(([index]) => index.startsWith(`${change.entity}.`));
  }

  /** The value that the sender saw in a field that somebody else has written since. */
  #valueSeen(change: AdmittedChange, stored: StoredRecord, base: Cursor | null, field: string): Json | undefined {
    const { deviceId } = this.#context.writer;
    const entries = this.#state.history.get(recordKey(change.entity, change.entityId)) ?? [];
    const madeHere = deviceId !== null && stored.fieldVersions[CREATION]?.device === deviceId;
    let seen: Cursor | null = madeHere && (base === null || base < stored.createdAt) ? stored.createdAt : base;
    for (const entry of entries) {
      const own = deviceId !== null && entry.device === deviceId && Object.hasOwn(entry.changes, field);
      if (own && (seen === null || entry.version > seen)) seen = entry.version;
    }
    if (seen === null) return undefined;
    const limit = seen;
    return entries.find((entry) => entry.version > limit && Object.hasOwn(entry.changes, field))?.changes[field]?.from;
  }

  #historyOf(
    change: AdmittedChange,
  ): Pick<PushState, 'names'> & { entries: NonNullable<ReturnType<PushState['history']['get']>> } {
    return {
      names: this.#state.names,
      entries: this.#state.history.get(recordKey(change.entity, change.entityId)) ?? [],
    };
  }

  /** Whether these fields of the record are, as JSON, just what the sender sent. */
  #equalsSent(change: AdmittedChange, record: StoredRecord, fields: readonly string[]): boolean {
    if (change.op === 'delete') return record.deletedAt !== null;
    if (record.deletedAt !== null) return false;
    return fields.every((field) => jsonEqual(record.values[field], (change.sent[field] ?? null) as Json));
  }
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
