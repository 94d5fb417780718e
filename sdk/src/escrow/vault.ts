import { Dexie, type Table } from 'dexie';
import type { ResolvedOptions } from '../options.ts';
import { engineTransaction, type LocalDatabase } from '../store/local-database.ts';
import { mayExist } from '../store/may-exist.ts';
import type { EscrowedWork } from '../store/rows.ts';

/**
 * Where work waits to be handed over: a database of its own beside those of all tenants and users of the app on this origin, so
 * that it outlives theirs. The app has no way to it.
 */
export interface Vault {
  /** Moves what a local database has set aside here. After a crash in between it is moved once more, and is still one. */
  takeOver(local: LocalDatabase): Promise<void>;
  all(): Promise<EscrowedWork[]>;
  /** Replaces work by what is left of it, whoever has changed it meanwhile. */
  change(id: string, change: (work: EscrowedWork) => EscrowedWork | null): Promise<void>;
  close(): void;
}

export function createVault({ vaultName, indexedDB, IDBKeyRange }: ResolvedOptions): Vault {
  const dexie = new Dexie(vaultName, {
    indexedDB,
    IDBKeyRange,
    cache: 'disabled',
    chromeTransactionDurability: 'strict',
  });
  dexie.version(1).stores({ work: 'id' });
  const work: Table<EscrowedWork, string> = dexie.table('work');
  let isThere = false;

  /** On most devices there never is anything, so the database is made when there is. */
  async function exists(): Promise<boolean> {
    isThere ||= await mayExist(indexedDB, vaultName);
    return isThere;
  }

  return {
    async takeOver(local) {
      const moved = await engineTransaction(local, (tx) => tx.escrow.toArray());
      if (moved.length === 0) return;
      isThere = true;
      await Dexie.ignoreTransaction(() =>
        dexie.transaction('rw!', work, async () => {
          const known = await work.bulkGet(moved.map(({ id }) => id));
          await work.bulkPut(moved.filter((_, index) => known[index] === undefined));
        }),
      );
      await engineTransaction(local, (tx) => tx.escrow.bulkDelete(moved.map(({ id }) => id)));
    },
    all: async () => (isThere || (await exists()) ? Dexie.ignoreTransaction(() => work.toArray()) : []),
    change: (id, change) =>
      Dexie.ignoreTransaction(() =>
        dexie.transaction('rw!', work, async () => {
          const known = await work.get(id);
          if (known === undefined) return;
          const left = change(known);
          await (left === null ? work.delete(id) : work.put(left));
        }),
      ),
    close: () => dexie.close(),
  };
}
