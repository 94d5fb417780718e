const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * When an invoice that is due on a day can no longer be disputed or adjusted: N days after it, when that day is over wherever on
 * earth the client is. `null`: it names no day.
 */
export function disputableUntil(dueDate: string | null, windowDays: number): Date | null {
  const due = dueDate === null ? Number.NaN : Date.parse(`${dueDate}T00:00:00Z`);
  return Number.isNaN(due) ? null : new Date(due + (windowDays + 1) * DAY_MS + 12 * HOUR_MS);
}
