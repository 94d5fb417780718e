import type { ResolvedOptions } from '../options.ts';
import { BYTES, ESCROW, FILES, MEMORY, OUTBOX, REJECTED, SENDS } from './schema.ts';
import { storageError } from './storage-error.ts';
import { type Quarantined, withWard } from './ward.ts';

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
  const unreadable: Record<string, number> = {};
  let isUncounted = false;
  for (const store of [OUTBOX, REJECTED, ESCROW, MEMORY, SENDS, FILES, BYTES]) {
    if (!source.objectStoreNames.contains(store)) continue;
    const read = await readStore(source, store);
    rows[store] = read.rows;
    unreadable[store] = read.unreadable ?? 1;
    isUncounted ||= read.unreadable === null;
  }
  source.close();
  const at = new Date(now()).toISOString();
  const saved: Quarantined = { id: newId(), database, reason, at, rows, unreadable, isUncounted, state: 'owed' };
  await withWard(options, (ward) => ward.put(saved));
  await done(indexedDB.deleteDatabase(database));
}

interface ReadStore {
  readonly rows: unknown[];
  /** `null`: some, nobody can say how many. */
  readonly unreadable: number | null;
}

/** All at once where nothing is broken; otherwise row by row, so that one that can not be read costs no other. */
async function readStore(source: IDBDatabase, name: string): Promise<ReadStore> {
  const ask = <T>(question: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> =>
    done(question(source.transaction(name).objectStore(name)));
  try {
    return { rows: await ask((store) => store.getAll()), unreadable: 0 };
  } catch {
    const keys = await ask((store) => store.getAllKeys()).catch(() => null);
    // Not even its keys.
    if (keys === null) return { rows: [], unreadable: null };
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
