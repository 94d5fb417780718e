import { parseRecordId } from '@backhaul/shared';
import { Dexie, type Table } from 'dexie';
import type { ResolvedOptions } from '../options.ts';
import { engineTransaction, type LocalDatabase } from './local-database.ts';
import { firstMemory } from './open-memory.ts';
import { type StoredRecord, storeRecords } from './record-store.ts';
import type { OutboxChange, Recovery, RejectedChange, ServerCopy, SyncMemory } from './rows.ts';
import { BYTES, ESCROW, FILES, MEMORY, OUTBOX, REJECTED, SENDS } from './schema.ts';
import { storageError } from './storage-error.ts';

/** A database that was put aside: all that it held of the user's work, as it was. Kept for good. */
interface Quarantined {
  readonly id: string;
  readonly database: string;
  readonly reason: 'corrupt' | 'downgraded';
  /** ISO-8601 UTC. */
  readonly at: string;
  readonly rows: { readonly [store: string]: readonly unknown[] };
  /** Changes, sent or not, that are in it and could not be read: at least so many. Older versions did not count them. */
  readonly unreadable?: number;
  /** `owed`: the new database does not have it yet. */
  readonly state: 'owed' | 'restored';
}

/**
 * Saves what can be read of a broken database and deletes it. What can not even be opened is left alone: nobody knows what is in
 * it. A crash in between leaves it, or what was saved.
 */
export async function quarantine(
  options: ResolvedOptions,
  reason: Quarantined['reason'],
  because: unknown,
): Promise<void> {
  const { databaseName: database, indexedDB, newId, now } = options;
  const source = await done(indexedDB.open(database)).catch(() => Promise.reject(storageError(because)));
  const rows: Record<string, unknown[]> = {};
  let unreadable = 0;
  for (const store of [OUTBOX, REJECTED, ESCROW, MEMORY, SENDS, FILES, BYTES]) {
    if (!source.objectStoreNames.contains(store)) continue;
    const read = await readStore(source, store);
    rows[store] = read.rows;
    if (store === OUTBOX || store === REJECTED) unreadable += read.unreadable;
  }
  source.close();
  const at = new Date(now()).toISOString();
  await withWard(options, (ward) => ward.put({ id: newId(), database, reason, at, rows, unreadable, state: 'owed' }));
  await done(indexedDB.deleteDatabase(database));
}

/** Brings what was saved of this database into the new one, once. The next pull brings the rest. */
export async function restoreQuarantined(local: LocalDatabase, options: ResolvedOptions): Promise<void> {
  const known = await options.indexedDB.databases?.().catch(() => null);
  // Where the names can not be listed, it is looked for by opening it.
  if (known && !known.some(({ name }) => name === wardName(options))) return;
  await withWard(options, async (ward) => {
    const owed = (await ward.toArray()).filter(
      ({ database, state }) => database === options.databaseName && state === 'owed',
    );
    for (const one of owed) {
      await restore(local, one, options);
      await ward.put({ ...one, state: 'restored' });
    }
  });
}

function restore(
  local: LocalDatabase,
  { rows, unreadable = 0, reason, at }: Quarantined,
  options: ResolvedOptions,
): Promise<void> {
  const of = (store: string): readonly unknown[] => rows[store] ?? [];
  const [memory] = of(MEMORY) as Partial<SyncMemory>[];
  const changes = of(OUTBOX).filter((row) => isWhole<OutboxChange>(row, 'seq'));
  const rejected = of(REJECTED).filter((row) => isWhole<RejectedChange>(row, 'code'));
  const saved = changes.length + rejected.length;
  const lost = of(OUTBOX).length + of(REJECTED).length - saved + unreadable;
  const recovery: Recovery = { reason, at, saved, lost };
  return engineTransaction(local, async (tx) => {
    const deviceId = parseRecordId(memory?.deviceId) ?? options.newId();
    await tx.memory.put({ ...firstMemory(deviceId, local.declaration), recovery });
    await tx.outbox.bulkPut(changes.map((change) => ({ ...change, held: null })));
    await tx.rejected.bulkPut(rejected);
    const whole: readonly Table<unknown>[] = [tx.escrow, tx.sends, tx.files, tx.bytes];
    for (const table of whole) await table.bulkPut(of(table.name));
    for (const pending of Map.groupBy(changes, recordOf).values()) {
      const record = unknownRecord(pending);
      await storeRecords(tx, record.entity, [record]);
    }
  });
}

const recordOf = ({ entity, entityId }: OutboxChange): string => `${entity}/${entityId}`;

/**
 * Nothing is known of the record but what its first change was made on. One that the server had is shown again with what the
 * next pull brings, one that was created here at once.
 */
function unknownRecord(pending: OutboxChange[]): StoredRecord {
  const [{ entity, entityId, baseUpdatedAt }] = pending as [OutboxChange];
  const presence = baseUpdatedAt === null ? 'live' : 'hidden';
  const copy: ServerCopy = { entity, entityId, updatedAt: baseUpdatedAt, values: null, presence };
  return { entity, entityId, copy, pending };
}

/** A change that could be sent; whatever else a broken store, or another format, has in its place stays in quarantine. */
function isWhole<Change extends OutboxChange | RejectedChange>(row: unknown, key: keyof Change): row is Change {
  const { changeId, op, entity, entityId, clientUpdatedAt, payload } = (row ?? {}) as Partial<OutboxChange>;
  return (
    parseRecordId(changeId) !== null &&
    parseRecordId(entityId) !== null &&
    (op === 'delete' || op === 'upsert') &&
    Boolean(entity && clientUpdatedAt && payload && (row as Change)[key])
  );
}

const wardName = ({ vaultName }: ResolvedOptions): string => `${vaultName}:quarantine`;

async function withWard<T>(
  options: ResolvedOptions,
  work: (ward: Table<Quarantined, string>) => PromiseLike<T>,
): Promise<T> {
  const { indexedDB, IDBKeyRange } = options;
  const name = wardName(options);
  const dexie = new Dexie(name, { indexedDB, IDBKeyRange, cache: 'disabled', chromeTransactionDurability: 'strict' });
  dexie.version(1).stores({ stores: 'id' });
  try {
    return await work(dexie.table('stores'));
  } finally {
    dexie.close();
  }
}

interface ReadStore {
  readonly rows: unknown[];
  readonly unreadable: number;
}

/** All at once where nothing is broken; otherwise row by row, so that one that can not be read costs no other. */
async function readStore(source: IDBDatabase, name: string): Promise<ReadStore> {
  const ask = <T>(question: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> =>
    done(question(source.transaction(name).objectStore(name)));
  try {
    return { rows: await ask((store) => store.getAll()), unreadable: 0 };
  } catch {
    const keys = await ask((store) => store.getAllKeys()).catch(() => null);
    // Not even its keys: nobody can say how much is gone, but something is.
    if (keys === null) return { rows: [], unreadable: 1 };
    // A request that fails aborts its transaction: each row has one of its own.
    const read = await Promise.allSettled(keys.map((key) => ask((store) => store.get(key))));
    const rows = read.flatMap((row) => (row.status === 'fulfilled' ? [row.value as unknown] : []));
    return { rows, unreadable: keys.length - rows.length };
  }
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(storageError(request.error)));
  });
}
