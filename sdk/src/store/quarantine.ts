import type { ResolvedOptions } from '../options.ts';
import { BYTES, ESCROW, FILES, MEMORY, OUTBOX, REJECTED, SENDS } from './schema.ts';
import { storageError } from './storage-error.ts';
import { type Quarantined, withWard } from './ward.ts';

type Reason = Quarantined['reason'];

/**
 * Saves what can be read of a broken database and deletes it. What can not even be opened is left alone: nobody knows what is in
 * it. A crash in between leaves it, or what was saved. `look` answers why it can not be gone on with, or `null`: without locks,
 * another tab may have replaced it since it was found broken.
 */
export async function quarantine(
  options: ResolvedOptions,
  because: unknown,
  look: () => Promise<Reason | null>,
): Promise<void> {
  const { databaseName: database, indexedDB, newId, now } = options;
  const open = (): Promise<IDBDatabase> =>
    done(indexedDB.open(database)).catch(() => Promise.reject(storageError(because)));
  const found = await hold(open, look);
  if (found === null) return;
  const { source, reason } = found;
  let deleted: Promise<unknown>;
  try {
    const read = await readStores(source);
    const at = new Date(now()).toISOString();
    const saved: Quarantined = { id: newId(), database, reason, at, ...read, state: 'owed' };
    await withWard(options, (ward) => ward.put(saved));
    // Asked for while it is held: what others put in its place comes later.
    deleted = done(indexedDB.deleteDatabase(database));
  } finally {
    source.close();
  }
  await deleted;
}

/** A connection from before the look: nobody can have replaced since what that saw, as a deletion waits for it to be closed. */
async function hold(
  open: () => Promise<IDBDatabase>,
  look: () => Promise<Reason | null>,
): Promise<{ readonly source: IDBDatabase; readonly reason: Reason } | null> {
  const source = await open();
  let change: 'deletion' | 'upgrade' | null = null;
  // What the look itself needs may come behind a change, which waits for this connection.
  const letGo = ({ newVersion }: IDBVersionChangeEvent): void => {
    change = newVersion === null ? 'deletion' : 'upgrade';
    source.close();
  };
  source.addEventListener('versionchange', letGo);
  const reason = await look().catch((error: unknown) => {
    source.close();
    throw error;
  });
  source.removeEventListener('versionchange', letGo);
  if (reason === null) {
    source.close();
    return null;
  }
  // As told by an event, which the compiler does not see.
  switch (change as 'deletion' | 'upgrade' | null) {
    case 'deletion':
      return hold(open, look);
    case 'upgrade':
      return { source: await open(), reason };
    case null:
      return { source, reason };
  }
}

/** What it held of the user's work, and how much of that can not be read. */
async function readStores(source: IDBDatabase): Promise<Pick<Quarantined, 'rows' | 'unreadable' | 'isUncounted'>> {
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
  return { rows, unreadable, isUncounted };
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
