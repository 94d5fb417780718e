import type { ResolvedOptions } from '../options.ts';
import { type LocalDatabase, readMemory } from '../store/local-database.ts';
import type { Runner } from '../sync/runner.ts';
import type { SyncState } from '../sync/sync-state.ts';
import { failure } from '../transport/failure.ts';
import { createStreamRunner } from './stream-runner.ts';

export interface LiveStream {
  /** Something that decides whether a stream is wanted may have changed: the cycle's state, or who looks at the app. */
  consider(state?: SyncState): void;
  /** A cycle has ended well. */
  synced(): void;
  settled(): Promise<void>;
}

export interface LiveStreamParts {
  readonly local: LocalDatabase;
  readonly options: ResolvedOptions;
  readonly deviceId: string;
  /** The runner of the cycle; asked for late, because it reports to the stream. */
  readonly runner: () => Runner;
  readonly onLive: (live: boolean) => void;
}

/** Wires the stream to the sync cycle: what it brings goes through the cycle's single flow. */
export function startStream({ local, options, deviceId, runner, onLive }: LiveStreamParts): LiveStream {
  const stream = createStreamRunner({
    options,
    async position() {
      const { cursor, resync } = await readMemory(local);
      return resync === null ? cursor : null;
    },
    async read(since, listener, signal) {
      const { schemaVersion } = local;
      // Fetched when it is first needed: without a network there is nothing to read either.
      const { readStream } = await import('./read-stream.ts');
      return readStream(options, { deviceId, since, schemaVersion, listener, signal });
    },
    onLive(live) {
      onLive(live);
      runner().dispatch({ kind: 'liveChanged', live });
    },
    onMessage(message) {
      if (message.kind === 'changes') runner().tell(message.news);
      else runner().dispatch(message.kind === 'poke' ? POKED : { kind: 'revoked', failure: REVOKED });
    },
    onPull: () => runner().dispatch(POKED),
    onRevoked: (revoked) => runner().dispatch({ kind: 'revoked', failure: revoked }),
  });
  let cycle: SyncState | null = null;
  let isWanted = false;
  return {
    consider(state) {
      cycle = state ?? cycle;
      const canSync = cycle !== null && cycle.kind !== 'stopped' && cycle.auto && cycle.online;
      const wanted = options.stream && canSync && options.signals.isVisible();
      if (wanted === isWanted) return;
      isWanted = wanted;
      stream.dispatch({ kind: wanted ? 'wanted' : 'unwanted' });
    },
    synced: () => stream.dispatch({ kind: 'synced' }),
    settled: () => stream.settled(),
  };
}

const POKED = { kind: 'poked' } as const;
const REVOKED = failure('DEVICE_REVOKED', 'This device has been revoked', { kind: 'revoked' });
