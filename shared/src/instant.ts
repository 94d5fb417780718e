const INSTANT = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?(Z|[+-]\d{2}:\d{2})$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/**
 * The one written form of an instant: ISO-8601 UTC with three decimals, or six where the microseconds are not zero, so
 * that equal instants are equal strings. Any offset is accepted; `null` for what is no instant between 1900 and 2200.
 */
export function parseInstant(value: unknown): string | null {
  const match = typeof value === 'string' ? INSTANT.exec(value) : null;
  if (!match) return null;
  const [, date, time, fraction = '', offset] = match as unknown as [
    string,
    string,
    string,
    string | undefined,
    string,
  ];
  if (parseDate(date) === null || time > '23:59:59' || !/^[0-2]\d:[0-5]\d:[0-5]\d$/.test(time)) return null;
  const milliseconds = Date.parse(`${date}T${time}${offset}`);
  if (Number.isNaN(milliseconds)) return null;
  const seconds = new Date(milliseconds).toISOString().slice(0, 19);
  // Its day in UTC may be another one than the day that was written.
  if (parseDate(seconds.slice(0, 10)) === null) return null;
  const micros = fraction.padEnd(6, '0');
  return `${seconds}.${micros.endsWith('000') ? micros.slice(0, 3) : micros}Z`;
}

/** Whether an instant is after another. Both in canonical form, whose two precisions do not compare as text. */
export function isLater(instant: string, other: string): boolean {
  return withMicros(instant) > withMicros(other);
}

/** A canonical instant with all six decimals, the form of a cursor. */
export function withMicros(instant: string): string {
  return `${instant.slice(0, -1).padEnd(26, '0')}Z`;
}

/** A calendar day that exists, `YYYY-MM-DD`, from 1900 to 2200; `null` for anything else. */
export function parseDate(value: unknown): string | null {
  if (typeof value !== 'string' || !DATE.test(value)) return null;
  if (value < '1900-01-01' || value > '2200-12-31') return null;
  const [year, month, day] = value.split('-').map(Number) as [number, number, number];
  // A day or month that does not exist rolls over into another one.
  const rolled = new Date(Date.UTC(year, month - 1, day));
  return rolled.getUTCMonth() === month - 1 && rolled.getUTCDate() === day ? value : null;
}
