import type { ClientDomain } from '@backhaul/shared';
import { localConflicts } from './conflicts/local-conflicts.ts';
import type { BackhaulDatabase } from './database-types.ts';
import { wipeDevice } from './device/wipe.ts';
import { BackhaulError } from './errors.ts';
import { createTabLocks } from './leader/locks.ts';
import { type BackhaulOptions, type ResolvedOptions, resolveOptions } from './options.ts';
import { createPuller } from './pull/pull-page.ts';
import { createPusher } from './push/push-batch.ts';
import { rejectedChanges } from './rejected/rejected-changes.ts';
import { observed } from './status/observable.ts';
import { readOutboxView, type SyncError, type SyncStatus } from './status/sync-status.ts';
import { createLocalDatabase, type LocalDatabase } from './store/local-database.ts';
import { openMemory } from './store/open-memory.ts';
import { createRunner, type Runner } from './sync/runner.ts';
import { errorOf, type SyncControl, whenStatus } from './sync/sync-control.ts';
import { watchTriggers } from './sync/triggers.ts';
import { createTransport } from './transport/transport.ts';

/**
 * Opens the local database of one user in one tenant and begins to sync it. Reads and writes are Dexie's own and always
 * local; every write is queued in its own transaction. Rejects with `INVALID_OPTIONS`, or with Dexie's error when IndexedDB
 * can not be opened.
 */
export async function openBackhaul<D extends ClientDomain>(
  domain: D,
  given: BackhaulOptions,
): Promise<BackhaulDatabase<D>> {
  const options = resolveOptions(domain.name, given);
  const local = createLocalDatabase(domain, options);
  await local.dexie.open();
  const { deviceId, revoked } = await openMemory(local, options.newId);
  const sync = await startSync(local, options, deviceId, revoked);
  return Object.assign(local.dexie, {
    sync,
    rejected: rejectedChanges(local),
    conflicts: localConflicts(local),
    device: { id: deviceId },
  }) as unknown as BackhaulDatabase<D>;
}

async function startSync(
  local: LocalDatabase,
  options: ResolvedOptions,
  deviceId: string,
  revoked: boolean,
): Promise<SyncControl> {
  const { counts, lastSeq } = await readOutboxView(local);
  const status = observed<SyncStatus>({
    ...counts,
    phase: 'stopped',
    online: options.signals.isOnline(),
    error: revoked ? REVOKED : null,
  });
  const transport = createTransport(options, deviceId);
  const runner = createRunner(
    {
      options,
      pusher: createPusher({ local, transport, deviceId, options }),
      puller: createPuller({ local, transport, options }),
      locks: createTabLocks(options.locks, options.databaseName),
      onState: ({ kind, online }) => status.update({ phase: kind, online }),
      onCycleEnd: (failure) => status.update({ error: errorOf(failure) }),
      wipe: () => wipeDevice(local, { id: options.newId(), at: new Date(options.now()).toISOString() }),
      onWipeFailed: (error) => status.update({ error: { code: 'STORAGE', message: String(error) } }),
    },
    false,
  );
  const closed = new AbortController();
  const unwatch = watchTriggers({ local, options, runner, status, lastSeq });
  closed.signal.addEventListener('abort', unwatch, { once: true });
  if (revoked) runner.dispatch({ kind: 'stopped', reason: 'revoked' });
  runner.dispatch({ kind: 'started' });
  closeWithDatabase(local, runner, closed);
  return syncControl(local, { runner, status, closed });
}

const REVOKED: SyncError = { code: 'DEVICE_REVOKED', message: 'This device has been revoked' };

interface SyncParts {
  readonly runner: Runner;
  readonly status: ReturnType<typeof observed<SyncStatus>>;
  readonly closed: AbortController;
}

function syncControl(local: LocalDatabase, { runner, status, closed }: SyncParts): SyncControl {
  const refreshed = async (): Promise<void> => status.update((await readOutboxView(local)).counts);
  const storageTrouble = (error: unknown): void =>
    status.update({ error: { code: 'STORAGE', message: String(error) } });
  return {
    status,
    async now() {
      const failure = await runner.cycle();
      if (failure?.code === 'DEVICE_REVOKED') await runner.settled();
      // The database may be closed by now; the last status known then has to do.
      await refreshed().catch((error: unknown) => (closed.signal.aborted ? undefined : storageTrouble(error)));
      return { error: errorOf(failure), status: status.get() };
    },
    async whenSynced() {
      await refreshed().catch((error: unknown) => {
        closed.signal.throwIfAborted();
        throw error;
      });
      await whenStatus(status, ({ pending, held }) => pending === held, closed.signal);
    },
    start: () => runner.dispatch({ kind: 'started' }),
    stop: () => runner.dispatch({ kind: 'stopped', reason: 'notStarted' }),
    async close() {
      end(runner, closed);
      await runner.settled();
      local.dexie.close();
    },
  };
}

function end(runner: Runner, closed: AbortController): void {
  runner.dispatch({ kind: 'stopped', reason: 'closed' });
  closed.abort(new BackhaulError('CLOSED', 'The database has been closed'));
}

/** `db.close()` and `db.delete()` end the sync, too; Dexie's own reopening does not. */
function closeWithDatabase({ dexie }: LocalDatabase, runner: Runner, closed: AbortController): void {
  const close = dexie.close.bind(dexie);
  dexie.close = (closeOptions) => {
    if (closeOptions?.disableAutoOpen !== false) end(runner, closed);
    close(closeOptions);
  };
}
