import type { Entity, Json } from '@backhaul/shared';
import {
  Dexie,
  type DBCore,
  type DBCoreKeyRange,
  type DBCoreMutateRequest,
  type DBCoreMutateResponse,
  type DBCoreTable,
  type DBCoreTransaction,
} from 'dexie';
import { barredError } from '../escrow/barred-error.ts';
import { namedBy } from '../outbox/named-records.ts';
import { outboxWrites, type PendingRecord, type Stamp } from '../outbox/pending-record.ts';
import {
  isNeverAccepted,
  planCreate,
  planDelete,
  planUndelete,
  planUpsert,
  withoutDelete,
} from '../outbox/plan-edit.ts';
import { timedFields } from '../outbox/squash.ts';
import { checkKey, createdRow, readWritten, recreatedRow, replacedRow, type WrittenRecord } from './local-row.ts';
import { overlay } from './overlay.ts';
import { MEMORY_KEY, type OutboxChange, type Row, type ServerCopy, type SyncMemory } from './rows.ts';
import { COPIES, type EntityStore, MEMORY, OUTBOX } from './schema.ts';

export interface QueueClock {
  readonly now: () => number;
  readonly newId: () => string;
}

export interface QueueContext {
  readonly core: DBCore;
  readonly table: DBCoreTable;
  readonly store: EntityStore;
  readonly clock: QueueClock;
}

/** What the request does to one row, in its order. `row: null` deletes it. */
interface Step {
  readonly id: string;
  readonly row: Row | null;
  readonly queue: (record: PendingRecord, stamp: Stamp) => PendingRecord;
}

/** What the transaction holds of the records that a request names. */
interface Known {
  readonly memory: SyncMemory;
  readonly rows: Map<string, Row>;
  readonly records: Map<string, PendingRecord>;
  /** Those that no server knows and that other pending changes refer to. */
  readonly named: ReadonlySet<string>;
}

type Write = { readonly kind: 'write'; readonly records: readonly WrittenRecord[]; readonly type: 'add' | 'put' };
type Removal = { readonly kind: 'remove'; readonly ids: readonly string[] };
type Wanted = Write | Removal;

/**
 * Does what Dexie asked for and queues it, in one go. Written with `then` and not with `await`, because Dexie finds its
 * transaction through its own promises. Once rows are written, a failure to queue aborts the whole transaction: an app that
 * catches the error must not keep a row that would never be sent.
 */
export function queueMutation(context: QueueContext, request: DBCoreMutateRequest): Promise<DBCoreMutateResponse> {
  const { trans } = request;
  return Dexie.Promise.resolve()
    .then(() => readWanted(context, request))
    .then((wanted) => {
      const ids = wanted.kind === 'write' ? wanted.records.map(({ id }) => id as string) : wanted.ids;
      if (ids.length === 0) return NOTHING;
      return readKnown(context, trans, [...new Set(ids)]).then((known) => {
        if (known.memory.barred) throw barredError(known.memory.barred);
        const steps = wanted.kind === 'write' ? writeSteps(context.store, wanted, known) : removeSteps(wanted, known);
        return context.table.mutate(lowerRequest(trans, wanted, steps)).then((response) =>
          Dexie.Promise.resolve()
            .then(() => queueSteps(context, trans, known, steps, response))
            .then(() => response)
            .catch((error: unknown) => {
              trans.abort();
              throw error;
            }),
        );
      });
    });
}

/** Dexie's enum of ranges exists for the compiler only. */
const EQUAL = 1 as unknown as DBCoreKeyRange['type'];
const ANY = 3 as unknown as DBCoreKeyRange['type'];

const NOTHING: DBCoreMutateResponse = { numFailures: 0, failures: {}, results: [], lastResult: undefined };

function readWanted({ table, store, clock }: QueueContext, request: DBCoreMutateRequest): Wanted | PromiseLike<Wanted> {
  switch (request.type) {
    case 'add':
    case 'put': {
      const read = (value: unknown) => readWritten(store.entityName, store.entity, value, clock.newId);
      return { kind: 'write', type: request.type, records: request.values.map(read) };
    }
    case 'delete':
      for (const key of request.keys) checkKey(store.entityName, key);
      return { kind: 'remove', ids: request.keys };
    case 'deleteRange': {
      const query = { index: table.schema.primaryKey, range: request.range };
      return table
        .query({ trans: request.trans, values: false, query })
        .then(({ result }): Wanted => ({ kind: 'remove', ids: result }));
    }
  }
}

function readKnown({ core, table, store }: QueueContext, trans: DBCoreTransaction, ids: string[]): Promise<Known> {
  const keys = ids.map((id) => [store.entityName, id]);
  return Dexie.Promise.all([
    core.table(MEMORY).get({ trans, key: MEMORY_KEY }),
    table.getMany({ trans, keys: ids }),
    core.table(COPIES).getMany({ trans, keys }),
  ]).then(([memory, rows, copies]: [SyncMemory, (Row | undefined)[], (ServerCopy | undefined)[]]) => {
    const found = copies.filter((copy) => copy !== undefined);
    return Dexie.Promise.all(found.map((copy) => readPending(core, trans, copy))).then((records) =>
      readNamed(core, trans, records).then((named) => ({
        memory,
        rows: new Map(rows.filter((row) => row !== undefined).map((row) => [row.id, row])),
        records: new Map(records.map((record) => [record.entityId, record])),
        named,
      })),
    );
  }) as Promise<Known>;
}

/** Looks through the whole outbox, so only where it matters. */
function readNamed(
  core: DBCore,
  trans: DBCoreTransaction,
  records: readonly PendingRecord[],
): PromiseLike<ReadonlySet<string>> {
  const unknown = records.filter(({ copy, pending }) => copy !== null && isNeverAccepted(pending, copy));
  if (unknown.length === 0) return Dexie.Promise.resolve(new Set<string>());
  const outbox = core.table(OUTBOX);
  const range = { type: ANY, lower: -Infinity, upper: [[]] };
  return outbox
    .query({ trans, values: true, query: { index: outbox.schema.primaryKey, range } })
    .then(({ result }: { result: OutboxChange[] }) => namedBy(result));
}

function readPending(core: DBCore, trans: DBCoreTransaction, copy: ServerCopy): Promise<PendingRecord> {
  const { entity, entityId } = copy;
  const outbox = core.table(OUTBOX);
  const index = outbox.schema.getIndexByKeyPath(['entity', 'entityId']);
  if (!index) throw new Error('The outbox has no index by record');
  const key = [entity, entityId];
  const range = { type: EQUAL, lower: key, upper: key };
  return outbox
    .query({ trans, values: true, query: { index, range } })
    .then(({ result }: { result: OutboxChange[] }) => ({ entity, entityId, copy, pending: result }));
}

function writeSteps({ entity }: EntityStore, { records, type }: Write, known: Known): Step[] {
  const rows = new Map(known.rows);
  return records.map((written): Step => {
    const { id } = written;
    const before = rows.get(id);
    // An `add` of what is there fails in IndexedDB and changes nothing.
    const replaces = before !== undefined && type === 'put';
    const step = replaces ? editStep(entity, before, written) : addStep(entity, written, known.records.get(id) ?? null);
    if (step.row !== null && (before === undefined || replaces)) rows.set(id, step.row);
    return step;
  });
}

function editStep(entity: Entity, before: Row, written: WrittenRecord): Step {
  const { row, edits } = replacedRow(entity, before, written);
  return { id: before.id, row, queue: (record, stamp) => planUpsert(record, before, edits, stamp) };
}

/** A record that was not visible: new, or one that is back before its deletion was sent, or one that begins another life. */
function addStep(entity: Entity, written: WrittenRecord, earlier: PendingRecord | null): Step {
  const { id } = written;
  const created = createdRow(entity, written);
  if (earlier === null || earlier.copy === null) {
    return { id, row: created.row, queue: (record, stamp) => planCreate(record, created.payload, stamp) };
  }
  const kept = withoutDelete(earlier);
  const deleted = kept && overlay(entity, earlier.copy, kept.pending);
  if (deleted) {
    const { row, edits } = replacedRow(entity, deleted, { ...written, fields: created.row });
    return { id, row, queue: (record, stamp) => planUndelete(record, deleted, edits, stamp) };
  }
  const { row, payload } = recreatedRow(entity, created.row, earlier.copy);
  return { id, row, queue: (record, stamp) => planCreate(record, payload, stamp) };
}

function removeSteps({ ids }: Removal, known: Known): Step[] {
  const rows = new Map(known.rows);
  return ids.map((id): Step => {
    const before = rows.get(id);
    rows.delete(id);
    const isNamed = known.named.has(id);
    return {
      id,
      row: null,
      queue: (record, stamp) => (before ? planDelete(record, before, isNamed, stamp) : record),
    };
  });
}

function lowerRequest(trans: DBCoreTransaction, wanted: Wanted, steps: readonly Step[]): DBCoreMutateRequest {
  if (wanted.kind === 'remove') return { type: 'delete', trans, keys: [...wanted.ids] };
  return { type: wanted.type, trans, values: steps.map(({ row }) => row) };
}

function queueSteps(
  { core, store, clock }: QueueContext,
  trans: DBCoreTransaction,
  { memory, records }: Known,
  steps: readonly Step[],
  { failures }: DBCoreMutateResponse,
): Promise<unknown> {
  const stamp: Stamp = {
    isTimed: timedFields(store.entity),
    newId: clock.newId,
    at: new Date(clock.now()).toISOString(),
    clockOffset: memory.clockOffset,
  };
  const planned = new Map<string, PendingRecord>();
  for (const [index, step] of steps.entries()) {
    if (failures[index] !== undefined) continue;
    const record = planned.get(step.id) ?? records.get(step.id) ?? emptyRecord(store.entityName, step.id);
    planned.set(step.id, step.queue(record, stamp));
  }
  return write(core, trans, records, planned);
}

function write(
  core: DBCore,
  trans: DBCoreTransaction,
  before: ReadonlyMap<string, PendingRecord>,
  after: ReadonlyMap<string, PendingRecord>,
): Promise<unknown> {
  const add: Json[] = [];
  const put: Json[] = [];
  const remove: number[] = [];
  const copies: ServerCopy[] = [];
  const dropped: string[][] = [];
  for (const [id, record] of after) {
    const old = before.get(id) ?? emptyRecord(record.entity, id);
    const writes = outboxWrites(old, record);
    add.push(...(writes.add as unknown as Json[]));
    put.push(...(writes.put as unknown as Json[]));
    remove.push(...writes.remove);
    if (record.copy !== null && record.copy !== old.copy) copies.push(record.copy);
    if (record.copy === null && old.copy !== null) dropped.push([record.entity, id]);
  }
  const outbox = core.table(OUTBOX);
  const copyTable = core.table(COPIES);
  return Dexie.Promise.all([
    checked(outbox.mutate({ type: 'add', trans, values: add })),
    checked(outbox.mutate({ type: 'put', trans, values: put })),
    checked(outbox.mutate({ type: 'delete', trans, keys: remove })),
    checked(copyTable.mutate({ type: 'put', trans, values: copies })),
    checked(copyTable.mutate({ type: 'delete', trans, keys: dropped })),
  ]);
}

function checked(mutation: Promise<DBCoreMutateResponse>): Promise<DBCoreMutateResponse> {
  return mutation.then((response) => {
    if (response.numFailures > 0) throw Object.values(response.failures)[0];
    return response;
  });
}

function emptyRecord(entity: string, entityId: string): PendingRecord {
  return { entity, entityId, copy: null, pending: [] };
}
