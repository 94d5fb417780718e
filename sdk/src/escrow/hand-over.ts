import { createTabLocks } from '../leader/locks.ts';
import type { ResolvedOptions } from '../options.ts';
import type { LocalDatabase } from '../store/local-database.ts';
import type { EscrowedWork } from '../store/rows.ts';
import { backoffDelay, slowDelay } from '../sync/backoff.ts';
import { type Failure, failure } from '../transport/failure.ts';
import type { HandOverPass } from './hand-over-pass.ts';
import { aged, isSpent } from './lapse.ts';
import type { Vault } from './vault.ts';

export interface HandOverParts {
  readonly local: LocalDatabase;
  readonly vault: Vault;
  readonly options: ResolvedOptions;
  /** Called when something may have moved. */
  readonly onProgress: () => void;
}

/** Brings what was set aside to the service, until it is taken or its time is over. */
export interface HandOver {
  /** Tries now; resolves with why not everything could be handed over, or `null`. */
  now(): Promise<Failure | null>;
  /** Tries now and by itself again, until nothing waits. */
  start(): void;
  /** The network is back, or something was set aside: no use in waiting longer. */
  wake(): void;
  close(): Promise<void>;
}

export function createHandOver({ local, vault, options, onProgress }: HandOverParts): HandOver {
  const locks = createTabLocks(options.locks, options.vaultName);
  const closed = new AbortController();
  let handOverAll: HandOverPass | null = null;
  let isStarted = false;
  let cancelTimer = (): void => undefined;
  let attempt = 0;
  let underway: Promise<Failure | null> = Promise.resolve(null);

  /** One after the other, in this tab and among all. */
  function now(): Promise<Failure | null> {
    underway = underway.then(async () => {
      if (closed.signal.aborted) return CLOSED;
      try {
        await vault.takeOver(local);
        if (!(await isWorkWaiting())) return null;
        const leave = await locks.enterCycle(closed.signal);
        try {
          // Fetched when there is something to hand over, which takes a network anyway.
          const { createHandOverPass } = await import('./hand-over-pass.ts');
          handOverAll ??= createHandOverPass({ vault, options, signal: closed.signal, onProgress });
          return await handOverAll();
        } finally {
          leave();
          onProgress();
        }
      } catch (error) {
        return closed.signal.aborted ? CLOSED : failure('STORAGE', String(error));
      }
    });
    return underway;
  }

  async function isWorkWaiting(): Promise<boolean> {
    const all = await vault.all();
    // Of everybody who has worked here: they may never come back to give theirs up.
    for (const work of all) {
      const now = options.now();
      if (aged(work, now) === work) continue;
      await vault.change(work.id, (known) => (isSpent(known) ? null : aged(known, now)));
    }
    onProgress();
    return all.some((work) => work.userId === options.userId && isLeft(work));
  }

  function run(): void {
    cancelTimer();
    cancelTimer = () => undefined;
    void tryAndGoOn();
  }

  async function tryAndGoOn(): Promise<void> {
    const problem = await now();
    cancelTimer();
    if (problem === null || closed.signal.aborted) {
      attempt = 0;
      return;
    }
    cancelTimer = options.timers.after(delayAfter(problem), run);
    attempt += 1;
  }

  function delayAfter({ kind, retryAfter }: Failure): number {
    const least = retryAfter ?? 0;
    return least + (kind === 'transient' ? backoffDelay(attempt, options.random) : slowDelay(options.random));
  }

  return {
    now,
    start() {
      isStarted = true;
      run();
    },
    wake: () => (isStarted ? run() : undefined),
    async close() {
      closed.abort();
      cancelTimer();
      await underway;
      vault.close();
    },
  };
}

/** Anything but what is not taken even alone. */
function isLeft({ changes, rejected, stuck }: EscrowedWork): boolean {
  return [...rejected, ...changes].some(({ changeId }) => !stuck.includes(changeId));
}

const CLOSED = failure('CLOSED', 'The database has been closed');
