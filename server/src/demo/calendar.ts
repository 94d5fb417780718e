const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** Dates are `YYYY-MM-DD`. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

export function isSunday(date: string): boolean {
  return new Date(`${date}T00:00:00Z`).getUTCDay() === 0;
}

/** The first day of the month that lies `months` from the date's own; -1 is the month before. */
export function startOfMonth(date: string, months: number): string {
  const [year, month] = date.split('-').map(Number) as [number, number];
  return new Date(Date.UTC(year, month - 1 + months, 1)).toISOString().slice(0, 10);
}

/** `March 2026`. */
export function monthName(date: string): string {
  return new Intl.DateTimeFormat('en-US', { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(`${date}T00:00:00Z`),
  );
}

/**
 * The instant, ISO-8601 UTC, at which the clock on the wall shows `minutes` after midnight of the date.
 * `utcOffset`: minutes that this clock is ahead of UTC.
 */
export function instantAt(date: string, minutes: number, utcOffset: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + (minutes - utcOffset) * MINUTE_MS).toISOString();
}
