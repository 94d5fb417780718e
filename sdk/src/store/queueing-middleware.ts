import type { ClientDomain } from '@backhaul/shared';
import {
  Dexie,
  type DBCore,
  type DBCoreMutateRequest,
  type DBCoreMutateResponse,
  type DBCoreTable,
  type DBCoreTransaction,
  type Middleware,
} from 'dexie';
import { BackhaulError } from '../errors.ts';
import { declaredReads } from './declared-reads.ts';
import { type QueueClock, queueMutation } from './queue-mutation.ts';
import {
  BYTES,
  ENGINE_STORE_NAMES,
  type EntityStore,
  ESCROW,
  entityStores,
  OUTBOX,
  QUEUEING_STORES,
  RELAXED,
  SENDS,
} from './schema.ts';
import { codeQuotaError } from './storage-error.ts';
import { markOf } from './transaction-marks.ts';

/**
 * Queues what an app writes, in the IndexedDB transaction of the write itself: both are stored, or neither is. Sits below
 * Dexie's hooks (level 2), so that what an app's hooks change is queued as it is stored, and above its observation of
 * changes (level 0), so that live queries see the engine's stores, too.
 */
export function queueingMiddleware(domain: ClientDomain, clock: QueueClock): Middleware<DBCore> {
  const stores = new Map(entityStores(domain).map((store) => [store.store, store]));
  return {
    stack: 'dbcore',
    name: 'BackhaulQueue',
    level: 1.5,
    create: (core) => ({
      transaction(names, mode, options) {
        if (mode === 'readonly') return core.transaction(names, mode, options);
        const queues = names.some((name) => stores.has(name));
        const all = [...new Set([...names, ...(queues ? QUEUEING_STORES : [])])].filter((name) => name !== RELAXED);
        // A change that left the device must never be found unsent after a power cut, nor an edit or a request be gone that was shown.
        const isDurable = (all.includes(OUTBOX) || all.includes(SENDS)) && !names.includes(RELAXED);
        const durable = isDurable ? { ...options, durability: 'strict' as const } : options;
        const transaction = core.transaction(all, mode, durable);
        codeQuotaError(transaction as IDBTransaction);
        return transaction;
      },
      table(name) {
        const table = core.table(name);
        const entityStore = stores.get(name);
        if (entityStore) {
          const reads = declaredReads(table, entityStore.entity);
          return { ...table, ...reads, mutate: entityMutate(core, table, entityStore, clock) };
        }
        return ENGINE_STORE_NAMES.includes(name) ? guarded(table) : table;
      },
    }),
  };
}

type Mutate = DBCoreTable['mutate'];

function entityMutate(core: DBCore, table: DBCoreTable, store: EntityStore, clock: QueueClock): Mutate {
  return (request) => {
    if (markOf(request.trans) === 'engine') return table.mutate(request);
    if (store.entity.writer === 'server') return refuse(store.store);
    return inTurn(request.trans, () => queueMutation({ core, table, store, clock }, request));
  };
}

/** Apps read the engine's stores through its own methods; they write none of them. Escrowed work and files are not even read. */
function guarded(table: DBCoreTable): DBCoreTable {
  const writable: DBCoreTable = {
    ...table,
    mutate: (request) => (markOf(request.trans) === null ? refuse(table.name) : table.mutate(request)),
  };
  const { name } = table;
  if (name !== ESCROW && name !== BYTES) return writable;
  return {
    ...writable,
    get: (request) => (own(request.trans) ? table.get(request) : refuse(name)),
    getMany: (request) => (own(request.trans) ? table.getMany(request) : refuse(name)),
    query: (request) => (own(request.trans) ? table.query(request) : refuse(name)),
    count: (request) => (own(request.trans) ? table.count(request) : refuse(name)),
    openCursor: (request) => (own(request.trans) ? table.openCursor(request) : refuse(name)),
  };
}

const own = (transaction: DBCoreTransaction): boolean => markOf(transaction) !== null;

function refuse(store: string): Promise<never> {
  return Dexie.Promise.reject(new BackhaulError('READ_ONLY', `${store} can not be used that way by an app`, { store }));
}

const turns = new WeakMap<DBCoreTransaction, PromiseLike<unknown>>();

/**
 * One mutation after the other within a transaction. An app may start several without awaiting; each must see what the one
 * before it has queued.
 */
function inTurn(
  transaction: DBCoreMutateRequest['trans'],
  mutate: () => Promise<DBCoreMutateResponse>,
): Promise<DBCoreMutateResponse> {
  const before = turns.get(transaction);
  const turn = before === undefined ? mutate() : before.then(mutate, mutate);
  turns.set(transaction, turn);
  return turn as Promise<DBCoreMutateResponse>;
}
