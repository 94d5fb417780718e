import type { Life } from './life.ts';

/** Web Locks among the tabs of one device: the platform's own, under names that no other device uses. */
export function tabLocks(device: string, life: Life): LockManager {
  const dead = new AbortController();
  void life.ended.then(() => dead.abort());
  type Granted = (lock: Lock | null) => Promise<unknown>;
  const request = async (name: string, options: LockOptions, granted: Granted): Promise<unknown> => {
    const signal = options.signal ? AbortSignal.any([options.signal, dead.signal]) : dead.signal;
    // A tab that dies gives up what it holds.
    const work = navigator.locks.request(`${device}:${name}`, { ...options, signal }, (lock) =>
      Promise.race([granted(lock), life.ended]),
    );
    return life.gate(work);
  };
  return { request, query: () => navigator.locks.query() } as LockManager;
}
