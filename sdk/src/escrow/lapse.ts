import type { EscrowedWork } from '../store/rows.ts';

/** Days on which the app was opened here: a device that lies in a drawer, or whose clock jumps, gives nothing up by that. */
export const KEPT_DAYS = 30;
/** Milliseconds: looking again a little earlier in the day is another day. */
const DAY = 20 * 60 * 60_000;

/**
 * The days on which something was looked at, after another look at `now`; the same object if that is no new one. A clock that jumps
 * to and fro, at each start to the year that it knows without a network for example, makes no more days of it than it has places
 * to go to.
 */
export function withDay(days: readonly number[], now: number): readonly number[] {
  return days.some((day) => Math.abs(now - day) < DAY) ? days : [...days, now];
}

/** The work after another look at it at `now`; the same object if that changes nothing. */
export function aged(work: EscrowedWork, now: number): EscrowedWork {
  const known = daysOf(work);
  const days = withDay(known, now);
  if (days === known) return work;
  if (days.length <= KEPT_DAYS) return { ...work, days };
  const lapsed = work.lapsed + work.changes.length + work.rejected.length;
  return { ...work, changes: [], rejected: [], stuck: [], lapsed, days };
}

/** Nothing is in it, and nobody needs to be told of it any more. */
export function isSpent(work: EscrowedWork): boolean {
  return isEmpty(work) && daysOf(work).length > 2 * KEPT_DAYS;
}

/** Older versions of the SDK kept their number alone: there they begin anew. */
function daysOf({ days }: { readonly days: readonly number[] | number }): readonly number[] {
  return typeof days === 'number' ? [] : days;
}

export function isEmpty({ changes, rejected }: EscrowedWork): boolean {
  return changes.length + rejected.length === 0;
}
