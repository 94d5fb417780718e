import type { SkipReason } from '@backhaul/shared';

export type WorkedHours =
  | { readonly kind: 'hours'; readonly hours: number }
  | { readonly kind: 'unknown'; readonly reason: Extract<SkipReason, 'noTimes' | 'timesReversed' | 'tooLong'> };

/** 36 seconds: a hundredth of an hour is what is printed, so that whoever multiplies it gets the line's amount. */
const HUNDREDTH_MS = 36_000;
const DAY_MS = 86_400_000;

/** From check-in to check-out in hundredths of an hour; half a hundredth counts as one, and what was work is never nothing. */
export function workedHours(checkIn: unknown, checkOut: unknown): WorkedHours {
  if (typeof checkIn !== 'string' || typeof checkOut !== 'string') return { kind: 'unknown', reason: 'noTimes' };
  const millis = Date.parse(checkOut) - Date.parse(checkIn);
  if (millis < 0) return { kind: 'unknown', reason: 'timesReversed' };
  if (millis === 0) return { kind: 'unknown', reason: 'noTimes' };
  if (millis > DAY_MS) return { kind: 'unknown', reason: 'tooLong' };
  return { kind: 'hours', hours: Math.max(1, Math.round(millis / HUNDREDTH_MS)) / 100 };
}
