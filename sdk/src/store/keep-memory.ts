import type { LocalDatabase } from './local-database.ts';
import { MEMORY_KEY, type SyncMemory } from './rows.ts';
import { MEMORY } from './schema.ts';

/**
 * A browser that runs out of space, or a user who clears it, deletes the database under the running app; Dexie opens it again,
 * empty. Before anything else uses it, it gets a memory: the same device, at the beginning.
 */
export function keepMemory({ dexie }: LocalDatabase, anew: () => SyncMemory): void {
  // Within `ready` Dexie's own calls would wait for it to end.
  dexie.on('ready', () => putIfMissing(dexie.backendDB(), anew()), true);
}

function putIfMissing(database: IDBDatabase, memory: SyncMemory): Promise<void> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(MEMORY, 'readwrite');
    const store = transaction.objectStore(MEMORY);
    const known = store.count(MEMORY_KEY);
    known.addEventListener('success', () => {
      if (known.result === 0) store.put(memory);
    });
    transaction.addEventListener('complete', () => resolve());
    transaction.addEventListener('abort', () => reject(transaction.error ?? new Error('The memory was not stored')));
  });
}
