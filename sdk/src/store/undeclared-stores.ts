import type { LocalDatabase } from './local-database.ts';

/**
 * Empties what only a newer version of the app has stores for, and Dexie therefore has no tables. In a transaction of its own,
 * because Dexie's can not name them.
 */
export async function clearUndeclaredStores({ dexie }: LocalDatabase): Promise<void> {
  const database = dexie.backendDB();
  const declared = new Set(dexie.tables.map(({ name }) => name));
  const others = [...database.objectStoreNames].filter((name) => !declared.has(name));
  if (others.length === 0) return;
  await new Promise<void>((resolve, reject) => {
    const transaction = database.transaction(others, 'readwrite');
    transaction.addEventListener('complete', () => resolve());
    transaction.addEventListener('abort', () =>
      reject(transaction.error ?? new Error('The stores could not be emptied')),
    );
    for (const name of others) transaction.objectStore(name).clear();
  });
}
