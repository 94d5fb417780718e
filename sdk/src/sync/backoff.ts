const BASE = 1_000;
/** Milliseconds. */
export const LONGEST_DELAY = 5 * 60_000;
const SLOW_FROM = 60_000;

/** Full jitter: anywhere from now to twice as long as last time, at most five minutes. Milliseconds; `attempt` from 0. */
export function backoffDelay(attempt: number, random: () => number): number {
  return Math.round(random() * Math.min(LONGEST_DELAY, BASE * 2 ** Math.min(attempt, 20)));
}

/** For what a human has to change: between one and five minutes. */
export function slowDelay(random: () => number): number {
  return Math.round(SLOW_FROM + random() * (LONGEST_DELAY - SLOW_FROM));
}

/** For what may change some day: between half an hour and an hour. */
export function rareDelay(random: () => number): number {
  return Math.round((0.5 + random() / 2) * 60 * 60_000);
}

/** More than any wait that is ever set, by this side or by a service. Milliseconds. */
const IMPLAUSIBLE_WAIT = 24 * 3_600_000;

/** Whether a wait is over. One that is longer than any comes from a clock that was wrong, and counts for nothing. */
export function isOver(notBefore: number, now: number): boolean {
  return notBefore <= now || notBefore - now > IMPLAUSIBLE_WAIT;
}

/** How many times longer than at its shortest a poll waits at most while nothing happens. */
const QUIETEST = 12;
/** While a stream is live, a poll only makes up for what both sides have failed to notice. */
const LIVE = 60;
/** A hidden app still looks now and then. */
const HIDDEN = 180;

/** Milliseconds to the next poll: the shortest after something has happened, half as long again after each that brought nothing. */
export function pollInterval(
  shortest: number,
  { live, quiet, visible }: { readonly live: boolean; readonly quiet: number; readonly visible: boolean },
): number {
  if (!visible) return shortest * HIDDEN;
  return shortest * (live ? LIVE : Math.min(QUIETEST, 1.5 ** Math.max(0, quiet - 1)));
}

/** Around the interval, so that a fleet that started together does not stay together. */
export function pollDelay(interval: number, random: () => number): number {
  return Math.round(interval * (0.5 + random()));
}
