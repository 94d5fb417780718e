/** Exclusive rights among the tabs that share a local database; a tab that dies gives them up. */
export interface TabLocks {
  /** Waits until no other tab runs a sync cycle; answers a function that lets the next one. Rejects when aborted. */
  enterCycle(signal: AbortSignal): Promise<() => void>;
}

export function createTabLocks(locks: LockManager | null, databaseName: string): TabLocks {
  if (locks === null) return ALONE;
  return {
    async enterCycle(signal) {
      const left = new AbortController();
      await hold(locks, `${databaseName}:cycle`, { signal: AbortSignal.any([signal, left.signal]) });
      return () => left.abort();
    },
  };
}

const ALONE: TabLocks = { enterCycle: async () => () => undefined };

export interface Hold {
  /** Ends the waiting and the holding. */
  readonly signal: AbortSignal;
  /** Takes the lock from whoever has it. */
  readonly steal?: boolean;
  readonly mode?: LockMode;
  /** Another has taken it by `steal`. */
  readonly onStolen?: () => void;
}

/** Resolves once the lock is held, which lasts until the signal aborts; rejects if that happens before. */
export function hold(
  locks: LockManager,
  name: string,
  { signal, steal = false, mode = 'exclusive', onStolen = () => undefined }: Hold,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let isHeld = false;
    const released = new Promise<void>((release) => {
      signal.addEventListener('abort', () => release(), { once: true });
    });
    // The platform refuses a signal to those who do not wait.
    locks
      .request(name, steal ? { steal } : { signal, mode }, () => {
        isHeld = true;
        resolve();
        return released;
      })
      .catch((error: unknown) => (isHeld ? onStolen() : reject(error)));
  });
}
