import type { Dexie } from 'dexie';
import type { ResolvedOptions } from '../options.ts';
import { backoffDelay } from '../sync/backoff.ts';

export interface Reopening {
  readonly options: Pick<ResolvedOptions, 'timers' | 'random'>;
  /** Ends it. */
  readonly closed: AbortSignal;
  readonly reopened: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Opens a lost connection again, until that succeeds; answers what to call when one is lost. Dexie itself opens it with the next
 * call, once: if that fails, as in Chromium while it still deletes what it evicts, all calls fail from then on.
 */
export function reopening(dexie: Dexie, { options, closed, reopened, failed }: Reopening): () => void {
  let isTrying = false;
  function tryAfter(delay: number, attempt: number): void {
    isTrying = true;
    const cancel = options.timers.after(delay, () => void open(attempt));
    closed.addEventListener('abort', cancel, { once: true });
  }
  async function open(attempt: number): Promise<void> {
    try {
      await dexie.open();
      isTrying = false;
      if (!closed.aborted) reopened();
    } catch (error) {
      if (closed.aborted) return;
      failed(error);
      tryAfter(backoffDelay(attempt, options.random), attempt + 1);
    }
  }
  return () => (isTrying ? undefined : tryAfter(0, 0));
}
