/** Exclusive rights among the tabs that share a local database; a tab that dies gives them up. */
export interface TabLocks {
  /** Calls `lead` when this tab becomes the one that syncs by itself; answers a function that gives that up. */
  whenLeader(lead: () => void): () => void;
  /** Waits until no other tab runs a sync cycle; answers a function that lets the next one. Rejects when aborted. */
  enterCycle(signal: AbortSignal): Promise<() => void>;
}

export function createTabLocks(locks: LockManager | null, databaseName: string): TabLocks {
  if (locks === null) return ALONE;
  return {
    whenLeader(lead) {
      const resigned = new AbortController();
      hold(locks, `${databaseName}:leader`, resigned.signal).then(lead, ignoreAbort);
      return () => resigned.abort();
    },
    async enterCycle(signal) {
      const left = new AbortController();
      await hold(locks, `${databaseName}:cycle`, AbortSignal.any([signal, left.signal]));
      return () => left.abort();
    },
  };
}

const ALONE: TabLocks = {
  whenLeader(lead) {
    lead();
    return () => undefined;
  },
  enterCycle: async () => () => undefined,
};

/** Resolves once the lock is held, which lasts until the signal aborts; rejects if that happens before. */
function hold(locks: LockManager, name: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const released = new Promise<void>((release) => {
      signal.addEventListener('abort', () => release(), { once: true });
    });
    locks
      .request(name, { signal }, () => {
        resolve();
        return released;
      })
      .catch(reject);
  });
}

/** Giving up before one's turn is the only way in which waiting for leadership ends early. */
function ignoreAbort(error: unknown): void {
  if (!(error instanceof DOMException && error.name === 'AbortError')) throw error;
}
