/** Something that is opened when it is first held, and closed when nobody holds it any more. */
export interface Lifetime<T> {
  hold(): Promise<T>;
  release(): void;
}

/**
 * React's strict mode lets go and takes hold again within one task, to see whether an effect bears it. So nothing is closed
 * before the task is over, and neither is anything opened twice.
 */
export function createLifetime<T>(open: () => Promise<T>, close: (opened: T) => Promise<void>): Lifetime<T> {
  let holders = 0;
  let opened: Promise<T> | null = null;
  let closed: Promise<void> = Promise.resolve();
  return {
    hold() {
      holders += 1;
      opened ??= closed.then(open);
      return opened;
    },
    release() {
      holders -= 1;
      queueMicrotask(() => {
        if (holders > 0 || opened === null) return;
        // What did not open needs no closing, and whoever held it has been told.
        closed = opened.then(close).catch(() => undefined);
        opened = null;
      });
    },
  };
}

/** Of what somebody else opens and closes. */
export function borrowed<T>(opened: Promise<T>): Lifetime<T> {
  return { hold: () => opened, release: () => undefined };
}
