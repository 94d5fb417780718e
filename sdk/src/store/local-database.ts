import type { ClientDomain, Entity } from '@backhaul/shared';
import { Dexie, type Table, type Transaction } from 'dexie';
import type { LocalBytes, LocalFile } from '../attachments/local-file.ts';
import { BackhaulError } from '../errors.ts';
import type { ResolvedOptions } from '../options.ts';
import type { AskedSend } from '../sends/asked-send.ts';
import { queueingMiddleware } from './queueing-middleware.ts';
import {
  type EscrowedWork,
  type LocalConflict,
  MEMORY_KEY,
  type NewOutboxChange,
  type OutboxChange,
  type RejectedChange,
  type Row,
  type ServerCopy,
  type StagedCopy,
  type SyncMemory,
} from './rows.ts';
import {
  BYTES,
  CONFLICTS,
  COPIES,
  declarationText,
  dexieStores,
  type EntityStore,
  entityStores,
  ESCROW,
  FILES,
  MEMORY,
  OUTBOX,
  PENDING,
  REJECTED,
  SENDS,
  RELAXED,
  STAGED,
} from './schema.ts';
import { markTransaction } from './transaction-marks.ts';

export type RecordKey = [entity: string, entityId: string];

/** The Dexie database with names and types for what the engine uses of it. */
export interface LocalDatabase {
  readonly dexie: Dexie;
  readonly stores: readonly EntityStore[];
  /** Of the domain as this app declares it. */
  readonly schemaVersion: number;
  readonly declaration: string;
  readonly outbox: Table<OutboxChange, number, NewOutboxChange | OutboxChange>;
  readonly copies: Table<ServerCopy, RecordKey>;
  readonly memory: Table<SyncMemory, string>;
  readonly staged: Table<StagedCopy, RecordKey>;
  readonly escrow: Table<EscrowedWork, string>;
  readonly rejected: Table<RejectedChange, string>;
  readonly conflicts: Table<LocalConflict, string>;
  readonly files: Table<LocalFile, string>;
  readonly bytes: Table<LocalBytes, string>;
  readonly sends: Table<AskedSend, string>;
  /** `null`: this version of the app does not know the entity. */
  entity(name: string): Entity | null;
  rows(entityName: string): Table<Row, string>;
}

/** Names that a table of the domain can not have, because the database uses them itself. */
const TAKEN = new Set([
  REJECTED,
  CONFLICTS,
  SENDS,
  PENDING,
  'sync',
  'device',
  ...Object.getOwnPropertyNames(Dexie.prototype),
]);

export function createLocalDatabase(domain: ClientDomain, options: ResolvedOptions): LocalDatabase {
  enableLiveQueries(options);
  const dexie = new Dexie(options.databaseName, {
    indexedDB: options.indexedDB,
    IDBKeyRange: options.IDBKeyRange,
    // Dexie shares this cache between databases of one name and shows writes that may yet be rolled back.
    cache: 'disabled',
  });
  const stores = entityStores(domain);
  const clash = stores.find(({ store }) => TAKEN.has(store));
  if (clash) throw new BackhaulError('INVALID_OPTIONS', `A table can not be called ${clash.store}`);
  dexie.version(1).stores(dexieStores(domain));
  dexie.use(queueingMiddleware(domain, options));
  const byName = new Map(stores.map((store) => [store.entityName, store]));
  return {
    dexie,
    stores,
    schemaVersion: domain.schemaVersion,
    declaration: declarationText(domain),
    entity: (name) => byName.get(name)?.entity ?? null,
    ...tablesOf(byName, dexie),
  };
}

type Tables = Omit<LocalDatabase, 'dexie' | 'stores' | 'schemaVersion' | 'declaration' | 'entity'>;

function tablesOf(stores: ReadonlyMap<string, EntityStore>, source: Pick<Transaction, 'table'>): Tables {
  return {
    outbox: source.table(OUTBOX),
    copies: source.table(COPIES),
    memory: source.table(MEMORY),
    staged: source.table(STAGED),
    escrow: source.table(ESCROW),
    rejected: source.table(REJECTED),
    conflicts: source.table(CONFLICTS),
    files: source.table(FILES),
    bytes: source.table(BYTES),
    sends: source.table(SENDS),
    rows: (name) => {
      const found = stores.get(name);
      if (!found) throw new BackhaulError('UNKNOWN_ENTITY', `This domain has no ${name}`);
      return source.table(found.store);
    },
  };
}

/**
 * The same database, each table bound to the transaction. Dexie otherwise finds the transaction through its promise zones, and
 * where those are lost an engine's write would silently become an app's, and be queued.
 */
export function within(local: LocalDatabase, transaction: Transaction): LocalDatabase {
  const byName = new Map(local.stores.map((store) => [store.entityName, store]));
  return { ...local, ...tablesOf(byName, transaction) };
}

/** Where the platform has no IndexedDB, Dexie's live queries would silently never answer, even on one that is passed in. */
function enableLiveQueries({ indexedDB, IDBKeyRange }: ResolvedOptions): void {
  if (!Dexie.dependencies.indexedDB) Object.assign(Dexie.dependencies, { indexedDB, IDBKeyRange });
}

/**
 * Runs `work` in one transaction over everything, in which row writes are the server's and are not queued. Always a
 * transaction of its own, whatever the caller is in. It commits when the promise resolves.
 */
export function engineTransaction<T>(local: LocalDatabase, work: (tx: LocalDatabase) => Promise<T>): Promise<T> {
  return inTransaction(local, local.dexie.tables, work);
}

/**
 * The same for what can be fetched again: a power cut may undo it as a whole. Waiting for the disk takes a third of a first
 * pull's time.
 */
export function pageTransaction<T>(local: LocalDatabase, work: (tx: LocalDatabase) => Promise<T>): Promise<T> {
  return inTransaction(local, [...local.dexie.tables, RELAXED], work);
}

/** The same for the engine's bookkeeping alone, so that it does not wait for the app's transactions on records. */
export function outboxTransaction<T>(local: LocalDatabase, work: (tx: LocalDatabase) => Promise<T>): Promise<T> {
  return inTransaction(local, [local.outbox, local.memory], work);
}

function inTransaction<T>(
  local: LocalDatabase,
  tables: readonly (Table | string)[],
  work: (tx: LocalDatabase) => Promise<T>,
): Promise<T> {
  return Dexie.ignoreTransaction(() =>
    local.dexie.transaction('rw!', tables, async (transaction) => {
      markTransaction(transaction, 'engine');
      return work(within(local, transaction));
    }),
  );
}

/** The engine's memory. It is written when the database is first opened and never removed. */
export async function readMemory(local: LocalDatabase): Promise<SyncMemory> {
  const memory = await local.memory.get(MEMORY_KEY);
  if (!memory) throw new BackhaulError('STORAGE', 'The local database has lost its memory');
  return memory;
}

/** Within an engine transaction. */
export async function updateMemory(local: LocalDatabase, changes: Partial<Omit<SyncMemory, 'key'>>): Promise<void> {
  await local.memory.put({ ...(await readMemory(local)), ...changes });
}
