import { parseDate } from '@backhaul/shared';
import { ApiError } from '../../../http/api-error.ts';

const DAY_MS = 86_400_000;
export const PERIOD_DAYS_MAX = 366;

/** Throws INVALID_DATE for a day that does not exist, a period that ends before it begins, or one of more than a year. */
export function checkPeriod({ from, to }: { readonly from: string; readonly to: string }): void {
  for (const [field, day] of Object.entries({ from, to })) {
    if (parseDate(day) === null) throw new ApiError('INVALID_DATE', { details: { fields: [field] } });
  }
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  if (days < 1 || days > PERIOD_DAYS_MAX) {
    const message = `A period has 1 to ${PERIOD_DAYS_MAX} days`;
    throw new ApiError('INVALID_DATE', { message, details: { fields: ['from', 'to'] } });
  }
}

/** The day that it is in a time zone, some days later. `2026-11-30` */
export function dayAfter(now: Date, timeZone: string, days: number): string {
  const today = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(now);
  return new Date(Date.parse(today) + days * DAY_MS).toISOString().slice(0, 10);
}
