import { loadPart } from '../load-part.ts';
import type { ResolvedOptions } from '../options.ts';
import type { LocalDatabase } from '../store/local-database.ts';
import type { Runner } from '../sync/runner.ts';
import type { SyncState } from '../sync/sync-state.ts';
import type { StreamRunner } from './stream-runner.ts';

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

/** Says when a stream is wanted. What opens and reads it is loaded after the first cycle: without a network there is none. */
export function startStream(parts: LiveStreamParts): LiveStream {
  const { options } = parts;
  let stream: StreamRunner | null = null;
  let loading: Promise<void> | null = null;
  let cycle: SyncState | null = null;
  let isWanted = false;

  async function load(): Promise<void> {
    try {
      const { wireStream } = await loadPart(import('./wire-stream.ts'));
      stream = wireStream(parts);
      stream.dispatch({ kind: isWanted ? 'wanted' : 'unwanted' });
      stream.dispatch({ kind: 'synced' });
    } catch {
      // Until it can be, the device polls.
      loading = null;
    }
  }

  return {
    consider(state) {
      cycle = state ?? cycle;
      const canSync = cycle !== null && cycle.kind !== 'stopped' && cycle.auto && cycle.online;
      const wanted = options.stream && canSync && options.signals.isVisible();
      if (wanted === isWanted) return;
      isWanted = wanted;
      stream?.dispatch({ kind: wanted ? 'wanted' : 'unwanted' });
    },
    synced() {
      if (stream) stream.dispatch({ kind: 'synced' });
      else if (isWanted) loading ??= load();
    },
    settled: async () => stream?.settled(),
  };
}
