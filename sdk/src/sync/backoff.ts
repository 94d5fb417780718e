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

/** Around the interval, so that a fleet that started together does not stay together. */
export function pollDelay(interval: number, random: () => number): number {
  return Math.round(interval * (0.5 + random()));
}
