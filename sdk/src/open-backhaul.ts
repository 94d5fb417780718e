import type { ClientDomain } from '@backhaul/shared';
import { attachmentsOf } from './attachments/attachments.ts';
import { createUploader, type Uploader } from './attachments/uploader.ts';
import { localConflicts } from './conflicts/local-conflicts.ts';
import type { BackhaulDatabase } from './database-types.ts';
import { BackhaulError } from './errors.ts';
import { barReasonOf, barredStatus } from './escrow/barred-error.ts';
import { NOTHING_SET_ASIDE } from './escrow/set-aside-counts.ts';
import { signOut } from './escrow/sign-out.ts';
import { type Escrow, startEscrow } from './escrow/start-escrow.ts';
import { createLeadership } from './leader/leadership.ts';
import { type CycleLog, createCycleLog } from './inspect/cycle-log.ts';
import { createTabLocks } from './leader/locks.ts';
import { loadPart } from './load-part.ts';
import { type BackhaulOptions, type ResolvedOptions, resolveOptions } from './options.ts';
import { pendingChanges } from './pending/pending-changes.ts';
import { createPuller } from './pull/pull-page.ts';
import { createPusher } from './push/push-batch.ts';
import { rejectedChanges } from './rejected/rejected-changes.ts';
import { createSender, type Sender } from './sends/sender.ts';
import { sendsOf } from './sends/sends.ts';
import { observed } from './status/observable.ts';
import { showPhase } from './status/shown-phase.ts';
import { readOutboxView, type SyncStatus } from './status/sync-status.ts';
import { applyNews } from './stream/apply-news.ts';
import { type LiveStream, startStream } from './stream/start-stream.ts';
import { keepMemory } from './store/keep-memory.ts';
import { type LocalDatabase, readMemory } from './store/local-database.ts';
import { firstMemory } from './store/open-memory.ts';
import { openStore } from './store/open-store.ts';
import { reopening } from './store/reopen.ts';
import type { SyncMemory } from './store/rows.ts';
import { storageError } from './store/storage-error.ts';
import { createRunner, type Runner } from './sync/runner.ts';
import { errorOf, storageStatus, type SyncControl } from './sync/sync-control.ts';
import { whenSynced } from './sync/when-synced.ts';
import { watchTriggers } from './sync/triggers.ts';
import { createTransport, type Transport } from './transport/transport.ts';

/**
 * Opens the local database of one user in one tenant and begins to sync it. Reads and writes are Dexie's own and always
 * local; every write is queued in its own transaction. Rejects with `INVALID_OPTIONS`, or with a code of storage when the
 * local database can not be opened.
 */
export async function openBackhaul<D extends ClientDomain>(
  domain: D,
  given: BackhaulOptions,
): Promise<BackhaulDatabase<D>> {
  const options = resolveOptions(domain.name, given);
  const { local, memory, leave } = await openStore(domain, options);
  const { deviceId } = memory;
  const cycles = createCycleLog(options.now);
  const transport = createTransport({ ...options, onExchange: (exchange) => cycles.exchanged(exchange) }, deviceId);
  const sender = createSender({ local, options, transport });
  const wakeSender = (): void => void (options.autoSync && sender.wake());
  const uploader = createUploader({ local, options, transport, onPass: wakeSender });
  const { sync, storageTrouble } = await startSync(local, options, {
    memory,
    leave,
    transport,
    uploader,
    sender,
    cycles,
  });
  return Object.assign(local.dexie, {
    sync,
    pending: pendingChanges(local),
    rejected: rejectedChanges(local),
    conflicts: localConflicts(local),
    ...attachmentsOf({ local, options, transport, storageTrouble }, uploader),
    sends: sendsOf(domain, { local, options, wake: wakeSender }),
    device: { id: deviceId },
  }) as unknown as BackhaulDatabase<D>;
}

async function startSync(
  local: LocalDatabase,
  options: ResolvedOptions,
  { memory: { deviceId, barred }, leave, transport, uploader, sender, cycles }: Started,
): Promise<{ readonly sync: SyncControl; readonly storageTrouble: (error: unknown) => void }> {
  const { counts, lastSeq } = await readOutboxView(local);
  const status = observed<SyncStatus>({
    ...counts,
    phase: 'stopped',
    live: false,
    leading: false,
    online: options.signals.isOnline(),
    error: barredStatus(barred),
    persisted: null,
    setAside: NOTHING_SET_ASIDE,
  });
  options.persistStorage?.().then(
    (persisted) => status.update({ persisted }),
    () => undefined,
  );
  const escrow = startEscrow({ local, options, status });
  const storageTrouble = (error: unknown): void => {
    // After a sign-out nothing can be stored, and that is not what is wrong.
    if (status.get().barred !== 'signedOut') status.update({ error: storageStatus(error) });
  };
  const shown = showPhase(status);
  const stream = startStream({
    local,
    options,
    deviceId,
    runner: () => runner,
    onLive: (live) => shown.own({ live }),
  });
  const leadership = createLeadership({
    options,
    onLead(leads) {
      shown.others(null);
      status.update({ leading: leads });
      runner.dispatch({ kind: 'autoChanged', auto: leads });
      uploader.lead(leads);
    },
    onView: (view) => shown.others(view),
    view: () => status.get(),
  });
  const wakeOthers = (): void => {
    uploader.wake();
    void sender.wake();
  };
  const runner: Runner = createRunner(
    {
      options,
      pusher: createPusher({ local, transport, deviceId, options }),
      puller: createPuller({ local, transport, options }),
      applyNews: (news) => applyNews(local, news, new Date(options.now()).toISOString()),
      locks: createTabLocks(options.locks, options.databaseName),
      onState(state) {
        if (state.kind === 'pushing' || state.kind === 'pulling') cycles.began();
        else if (state.kind === 'stopped') cycles.ended('CLOSED');
        shown.own({ state });
        stream.consider(state);
        if (options.autoSync) leadership.seek(state.kind !== 'stopped');
      },
      onCycleEnd(failure) {
        cycles.ended(failure?.code ?? null);
        status.update({ error: errorOf(failure) });
        const reason = failure && barReasonOf(failure.code);
        // Unlike a revocation, these may be taken back, so the cycles go on.
        if (reason === 'removed' || reason === 'disabled') escrow.bar(reason).catch(storageTrouble);
      },
      onSynced() {
        stream.synced();
        // The record that a file or a message waits for may have arrived, or its conflict may have been settled.
        wakeOthers();
      },
      wipe: () => escrow.bar('revoked'),
      onWipeFailed: storageTrouble,
    },
    false,
  );
  const closed = new AbortController();
  const onSignals = (): void => {
    stream.consider();
    leadership.look();
    uploader.wake();
  };
  const unwatch = watchTriggers({ local, options, runner, status, lastSeq, onSignals, onFreed: wakeOthers });
  status.subscribe(() => leadership.tell());
  closed.signal.addEventListener('abort', unwatch, { once: true });
  closed.signal.addEventListener('abort', () => leadership.close(), { once: true });
  closed.signal.addEventListener('abort', leave, { once: true });
  closed.signal.addEventListener('abort', () => void uploader.close(), { once: true });
  closed.signal.addEventListener('abort', () => sender.close(), { once: true });
  if (barred === 'revoked') runner.dispatch({ kind: 'stopped', reason: 'revoked' });
  runner.dispatch({ kind: 'started' });
  const lost = reopening(local.dexie, {
    options,
    closed: closed.signal,
    reopened() {
      // A live query that was under way when the connection was lost waits for the next write.
      readOutboxView(local).then(({ counts: now }) => status.update(now), storageTrouble);
      // As when somebody looks again: a cycle that waits because of it need not wait any longer.
      runner.dispatch({ kind: 'becameVisible' });
    },
    failed: storageTrouble,
  });
  closeWithDatabase(local, { runner, closed, lost });
  const anew = (): SyncMemory => {
    const {
      pending,
      rejected,
      uploads,
      uploadsRejected,
      uploadsLost,
      sends,
      sendsRefused,
      sendsLost,
      recovery: earlier,
      barred: known,
    } = status.get();
    const at = new Date(options.now()).toISOString();
    const { lost: before = 0, isLeast = false } = earlier ?? {};
    const recovery = { reason: 'evicted', at, saved: 0, lost: before + pending + rejected, isLeast } as const;
    const lost = { lostFiles: uploadsLost + uploads + uploadsRejected, lostSends: sendsLost + sends + sendsRefused };
    return { ...firstMemory(deviceId, local.declaration), barred: known, recovery, ...lost };
  };
  keepMemory(local, anew);
  const parts = {
    uploader,
    sender,
    runner,
    stream,
    status,
    closed,
    escrow,
    cycles,
    left: { here: false },
    storageTrouble,
  };
  followOtherTabs(local, options, parts);
  return { sync: syncControl(local, options, parts), storageTrouble };
}

interface Started {
  readonly memory: SyncMemory;
  readonly leave: () => void;
  readonly transport: Transport;
  readonly uploader: Uploader;
  readonly sender: Sender;
  readonly cycles: CycleLog;
}

interface SyncParts {
  readonly uploader: Uploader;
  readonly sender: Sender;
  /** Signing out by this tab, which is not over when the database says so. */
  readonly left: { here: boolean };
  readonly cycles: CycleLog;
  readonly escrow: Escrow;
  readonly runner: Runner;
  readonly stream: LiveStream;
  readonly status: ReturnType<typeof observed<SyncStatus>>;
  readonly closed: AbortController;
  readonly storageTrouble: (error: unknown) => void;
}

function syncControl(
  local: LocalDatabase,
  options: ResolvedOptions,
  { uploader, sender, runner, stream, status, closed, escrow, cycles, left, storageTrouble }: SyncParts,
): SyncControl {
  const refreshed = async (): Promise<void> => status.update((await readOutboxView(local)).counts);
  const close = async (): Promise<void> => {
    end(runner, closed);
    await runner.settled();
    await stream.settled();
    await escrow.close();
    await uploader.close();
    local.dexie.close();
  };
  return {
    status,
    async now() {
      const failure = await runner.cycle();
      await sender.wake();
      if (failure?.code === 'DEVICE_REVOKED') await runner.settled();
      await escrow.settled();
      if (!options.autoSync || (failure && barReasonOf(failure.code))) await escrow.handOver();
      // The database may be closed by now; the last status known then has to do.
      await refreshed().catch((error: unknown) => (closed.signal.aborted ? undefined : storageTrouble(error)));
      return { error: errorOf(failure), status: status.get() };
    },
    async whenSynced(record) {
      await refreshed().catch((error: unknown) => {
        closed.signal.throwIfAborted();
        throw storageError(error);
      });
      return whenSynced({ local, status, ended: closed.signal }, record);
    },
    async inspect() {
      // Nothing that an app needs at its start.
      const { inspect } = await loadPart(import('./inspect/inspect.ts'));
      return inspect({ local, options, status: status.get(), cycles });
    },
    start: () => runner.dispatch({ kind: 'started' }),
    stop: () => runner.dispatch({ kind: 'stopped', reason: 'notStarted' }),
    async signOut({ unsent = 'refuse', files = 'refuse' } = {}) {
      left.here = true;
      const sendOthers = async (): Promise<void> => {
        await uploader.now();
        await sender.wake();
      };
      return signOut({ local, options, runner, escrow, sendOthers, close }, { unsent, files }).finally(() => {
        left.here = false;
      });
    },
    close,
  };
}

function end(runner: Runner, closed: AbortController): void {
  runner.dispatch({ kind: 'stopped', reason: 'closed' });
  closed.abort(new BackhaulError('CLOSED', 'The database has been closed'));
}

/** What another tab has done to this database holds here, too. */
function followOtherTabs(
  local: LocalDatabase,
  options: ResolvedOptions,
  { runner, status, closed, escrow, left }: SyncParts,
): void {
  const { dexie } = local;
  const unsubscribe = status.subscribe(({ barred, error }) => {
    if (closed.signal.aborted || left.here || (barred !== 'revoked' && barred !== 'signedOut')) return;
    if (barred === 'revoked') runner.dispatch({ kind: 'stopped', reason: 'revoked' });
    else end(runner, closed);
    if (error === null) status.update({ error: barredStatus(barred) });
  });
  closed.signal.addEventListener('abort', () => void escrow.close(), { once: true });
  closed.signal.addEventListener('abort', unsubscribe, { once: true });
  /** The deletion waits for this connection. */
  async function deleted(): Promise<void> {
    // Signing out says so in the database first. Without locks, whoever deletes it may be putting it aside, and brings it back.
    const isLost =
      options.locks !== null &&
      status.get().barred !== 'signedOut' &&
      (await readMemory(local).then(({ barred }) => barred !== 'signedOut', no));
    if (isLost) {
      // The last that can be known of what is lost with it.
      await readOutboxView(local).then(({ counts }) => status.update(counts), no);
      return dexie.close({ disableAutoOpen: false });
    }
    // Dexie would open it again, empty, with the next look at it.
    if (!left.here) status.update({ barred: 'signedOut', error: barredStatus('signedOut') });
    dexie.close();
  }
  dexie.on('versionchange', ({ newVersion }) => {
    if (newVersion !== null && newVersion > 0) return true;
    void deleted();
    return false;
  });
}

const no = (): boolean => false;

/**
 * `db.close()` and `db.delete()` end the sync, too. Dexie's own closing, of a connection that was lost or that another version
 * asked for, does not.
 */
function closeWithDatabase(
  { dexie }: LocalDatabase,
  { runner, closed, lost }: Pick<SyncParts, 'runner' | 'closed'> & { readonly lost: () => void },
): void {
  const close = dexie.close.bind(dexie);
  dexie.close = (closeOptions) => {
    const isFinal = closeOptions?.disableAutoOpen !== false;
    if (isFinal) end(runner, closed);
    close(closeOptions);
    if (!isFinal && !closed.signal.aborted) lost();
  };
}
