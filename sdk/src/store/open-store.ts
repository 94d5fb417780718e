import type { ClientDomain } from '@backhaul/shared';
import { BackhaulError } from '../errors.ts';
import { hold } from '../leader/locks.ts';
import { loadPart } from '../load-part.ts';
import type { ResolvedOptions } from '../options.ts';
import { createLocalDatabase, type LocalDatabase } from './local-database.ts';
import { openMemory } from './open-memory.ts';
import type { SyncMemory } from './rows.ts';
import { storageError } from './storage-error.ts';
import { brokenReason } from './broken-store.ts';
import { restoreQuarantined } from './ward.ts';

export interface OpenedStore {
  readonly local: LocalDatabase;
  readonly memory: SyncMemory;
  /** Says that this tab does not use the database any more. */
  readonly leave: () => void;
}

/**
 * Opens the local database. One that is corrupt, or that a newer SDK has written, is put aside with what it held of the user's
 * work, which goes on in a new one. Rejects with a storage code, or `PART_UNAVAILABLE`; then nothing has been touched.
 */
export async function openStore(domain: ClientDomain, options: ResolvedOptions): Promise<OpenedStore> {
  const first = await attempt(domain, options);
  if (first.kind === 'opened') return first;
  // Not under the hands of a tab that can read it: that one works on with it.
  const alone = await enter(options, 'exclusive');
  try {
    const { quarantine } = await loadPart(import('./mending.ts'));
    await quarantine(options, first.error, async () => {
      const again = await attempt(domain, options, alone);
      if (again.kind === 'opened') again.local.dexie.close();
      return again.kind === 'broken' ? again.reason : null;
    });
  } finally {
    alone();
  }
  const last = await attempt(domain, options);
  if (last.kind === 'opened') return last;
  throw storageError(last.error);
}

type Attempt =
  | ({ readonly kind: 'opened' } & OpenedStore)
  | { readonly kind: 'broken'; readonly reason: 'corrupt' | 'downgraded'; readonly error: unknown };

async function attempt(domain: ClientDomain, options: ResolvedOptions, entered?: () => void): Promise<Attempt> {
  const leave = entered ?? (await enter(options, 'shared'));
  const local = createLocalDatabase(domain, options);
  try {
    await openInTime(local, options);
    await restoreQuarantined(local, options);
    return { kind: 'opened', local, memory: await openMemory(local, options.newId), leave };
  } catch (error) {
    local.dexie.close();
    if (entered === undefined) leave();
    const reason = brokenReason(error);
    if (reason === null) throw storageError(error);
    return { kind: 'broken', reason, error };
  }
}

/** Milliseconds that opening may take: behind an upgrade that another tab holds up, browsers wait without a word. */
const PATIENCE = 15_000;

async function openInTime({ dexie }: LocalDatabase, options: ResolvedOptions): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const cancel = options.timers.after(PATIENCE, () => reject(BLOCKED));
  await Promise.race([dexie.open(), promise]).finally(cancel);
}

/** The right to read and write the database beside others, or to replace it. Answers a function that gives it up. */
async function enter({ locks, databaseName, timers }: ResolvedOptions, mode: LockMode): Promise<() => void> {
  const left = new AbortController();
  if (locks !== null) {
    const cancel = timers.after(PATIENCE, () => left.abort(BLOCKED));
    await hold(locks, `${databaseName}:open`, { signal: left.signal, mode })
      .catch((error: unknown) => Promise.reject(storageError(error)))
      .finally(cancel);
  }
  return () => left.abort();
}

const BLOCKED = new BackhaulError('STORAGE_BLOCKED', 'Another tab holds the local database up');
