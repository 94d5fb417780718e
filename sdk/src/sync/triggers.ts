import type { ResolvedOptions } from '../options.ts';
import type { ObservedSource } from '../status/observable.ts';
import { type SyncStatus, watchOutbox } from '../status/sync-status.ts';
import type { LocalDatabase } from '../store/local-database.ts';
import type { Runner } from './runner.ts';
import { storageStatus } from './sync-control.ts';

export interface TriggerParts {
  readonly local: LocalDatabase;
  readonly options: ResolvedOptions;
  readonly runner: Runner;
  readonly status: ObservedSource<SyncStatus>;
  /** Where the outbox ended when the database was opened. */
  readonly lastSeq: number;
  /** Called when the network or the app's visibility may have changed, after the cycle has heard of it. */
  readonly onSignals: () => void;
  /** Called in the tab that leads when a rejection was settled or a change taken back: what waits for its record may go now. */
  readonly onFreed: () => void;
}

/** Writes that come within this are sent together; milliseconds. */
const WRITE_PAUSE = 10;

/** Turns what happens around the sync into events, and keeps the counts of the status. Answers a function that ends it. */
export function watchTriggers(parts: TriggerParts): () => void {
  const { local, options, runner, status, lastSeq, onSignals, onFreed } = parts;
  const seen = { last: lastSeq, waiting: 0, pending: 0, rejected: 0 };
  let cancelPause: (() => void) | null = null;
  const written = (): void => {
    cancelPause ??= options.timers.after(WRITE_PAUSE, () => {
      cancelPause = null;
      runner.dispatch({ kind: 'written' });
    });
  };

  const unwatch = watchOutbox(local, {
    seen({ counts, lastSeq: last }) {
      status.update(counts);
      const { phase, leading } = status.get();
      const { pending, rejected } = counts;
      // A cycle that has sent something says so itself.
      const isFreed = rejected < seen.rejected || (pending < seen.pending && phase === 'idle');
      if (isFreed && leading) onFreed();
      const waiting = counts.pending - counts.held;
      // Any tab's write counts, and so does altering what was held; joining a change that is about to be sent needs no second push.
      if (last > seen.last || waiting > seen.waiting) written();
      Object.assign(seen, { last: Math.max(seen.last, last), waiting, pending, rejected });
    },
    failed: (error) => status.update({ error: storageStatus(error) }),
    isPulling: () => status.get().phase === 'pulling',
  });

  const { signals } = options;
  const connection = { online: signals.isOnline(), visible: signals.isVisible() };
  const unsubscribe = signals.subscribe(() => {
    const [online, visible] = [signals.isOnline(), signals.isVisible()];
    if (online !== connection.online) runner.dispatch({ kind: online ? 'wentOnline' : 'wentOffline' });
    if (visible && !connection.visible) runner.dispatch({ kind: 'becameVisible' });
    Object.assign(connection, { online, visible });
    onSignals();
  });

  return () => {
    unwatch();
    unsubscribe();
    cancelPause?.();
  };
}
