import { type Cursor, cursorToMicros, microsToCursor } from '../cursor.ts';

/**
 * The tenant's clock while this transaction holds it: every version in a tenant is handed out by one of these, so that
 * commit order is version order and no reader steps over a row that commits late.
 */
export interface TenantClock {
  /** The version handed out last, or the clock as it was locked. */
  readonly current: Cursor;
  readonly used: boolean;
  /** The next version: later than every other of the tenant, and not before the server's time when the clock was locked. */
  next(): Cursor;
  /** What `next` would answer, without using it. */
  peek(): Cursor;
  /** A clock to plan with: it starts where this one stands, and what it hands out counts only once this one adopts it. */
  fork(): TenantClock;
  adopt(fork: TenantClock): void;
}

/** One microsecond apart, from the later of `locked` + 1 and `now`: a server clock set back changes nothing. */
export function startClock(locked: Cursor, now: Cursor): TenantClock {
  return clockAt(cursorToMicros(locked), cursorToMicros(now), false);
}

function clockAt(start: bigint, floor: bigint, startUsed: boolean): TenantClock {
  let last = start;
  let used = startUsed;
  const following = (): bigint => (last + 1n > floor ? last + 1n : floor);
  return {
    get current() {
      return microsToCursor(last);
    },
    get used() {
      return used;
    },
    next() {
      last = following();
      used = true;
      return microsToCursor(last);
    },
    peek: () => microsToCursor(following()),
    fork: () => clockAt(last, floor, used),
    adopt(fork) {
      last = cursorToMicros(fork.current);
      used = fork.used;
    },
  };
}
