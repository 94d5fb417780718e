import { Dexie, type Table } from 'dexie';
import { loadPart } from '../load-part.ts';
import type { ResolvedOptions } from '../options.ts';
import type { LocalDatabase } from './local-database.ts';
import { mayExist } from './may-exist.ts';

/** A database that was put aside: what it held of the user's work, as it was. */
export interface Quarantined {
  readonly id: string;
  readonly database: string;
  readonly reason: 'corrupt' | 'downgraded';
  /** ISO-8601 UTC. */
  readonly at: string;
  readonly rows: { readonly [store: string]: readonly unknown[] };
  /** Store -> rows that are in it and could not be read: at least so many. Older versions counted changes alone, or nothing. */
  readonly unreadable?: number | { readonly [store: string]: number };
  /** There may be more of them. */
  readonly isUncounted?: boolean;
  /** `owed`: the new database does not have it yet. `restored`: what is left here is what that could not take. */
  readonly state: 'owed' | 'restored';
  /** As of work that is set aside. Older versions kept everything for good. */
  readonly days?: readonly number[];
}

/**
 * Brings what was saved of this database into it while it is new, and ends what was kept for long enough. Rejects when what may
 * be owed could not be brought; then the database is still new.
 */
export async function restoreQuarantined(local: LocalDatabase, options: ResolvedOptions): Promise<void> {
  if (!(await mayExist(options.indexedDB, wardName(options)))) return;
  const isNew = (await local.memory.count()) === 0;
  try {
    const { tendWard } = await loadPart(import('./mending.ts'));
    await tendWard(local, options);
  } catch (error) {
    if (isNew) throw error;
  }
}

/** Nothing is kept of this database, whose user lost the right to it or left. What can not be reached now, the next opening clears. */
export async function clearWard(options: ResolvedOptions): Promise<void> {
  if (!(await mayExist(options.indexedDB, wardName(options)))) return;
  const isOwn = ({ database }: Quarantined): boolean => database === options.databaseName;
  await withWard(options, (ward) => ward.filter(isOwn).delete()).catch(() => undefined);
}

/** One database for all tenants and users of the app on this origin. */
export async function withWard<T>(
  options: ResolvedOptions,
  work: (ward: Table<Quarantined, string>) => PromiseLike<T>,
): Promise<T> {
  const { indexedDB, IDBKeyRange } = options;
  const dexie = new Dexie(wardName(options), {
    indexedDB,
    IDBKeyRange,
    cache: 'disabled',
    chromeTransactionDurability: 'strict',
  });
  dexie.version(1).stores({ stores: 'id' });
  try {
    return await work(dexie.table('stores'));
  } finally {
    dexie.close();
  }
}

const wardName = ({ vaultName }: ResolvedOptions): string => `${vaultName}:quarantine`;
