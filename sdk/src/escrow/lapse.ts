import type { EscrowedWork } from '../store/rows.ts';

/** Days on which the app was opened here: a device that lies in a drawer, or whose clock jumps, gives nothing up by that. */
export const KEPT_DAYS = 30;
/** Milliseconds: looking again a little earlier in the day is another day. */
const DAY = 20 * 60 * 60_000;

/** The work after another look at it at `now`; the same object if that changes nothing. */
export function aged(work: EscrowedWork, now: number): EscrowedWork {
  const { lookedAt } = work;
  if (lookedAt !== null && Math.abs(now - lookedAt) < DAY) return work;
  const days = work.days + 1;
  if (days <= KEPT_DAYS) return { ...work, days, lookedAt: now };
  const lapsed = work.lapsed + work.changes.length + work.rejected.length;
  return { ...work, changes: [], rejected: [], stuck: [], lapsed, days, lookedAt: now };
}

/** Nothing is in it, and nobody needs to be told of it any more. */
export function isSpent(work: EscrowedWork): boolean {
  return isEmpty(work) && work.days > 2 * KEPT_DAYS;
}

export function isEmpty({ changes, rejected }: EscrowedWork): boolean {
  return changes.length + rejected.length === 0;
}
