import type { Branded } from './ids.ts';

/**
 * A value of a tenant's clock: ISO-8601 UTC with exactly six decimals, `2026-01-31T08:15:00.000001Z`. It is a record's
 * version (`updatedAt`) and the sync cursor. Same-length text, so `<` on the strings is `<` on the instants.
 */
export type Cursor = Branded<'Cursor'>;

const CURSOR = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/;

/** Cursors are echoed, not written by hand: only the exact form is accepted, everything else is `null`. */
export function parseCursor(value: unknown): Cursor | null {
  if (typeof value !== 'string' || !CURSOR.test(value)) return null;
  const milliseconds = Date.parse(value);
  if (Number.isNaN(milliseconds) || milliseconds < 0) return null;
  return new Date(milliseconds).toISOString().slice(0, 19) === value.slice(0, 19) ? (value as Cursor) : null;
}

/** Microseconds since 1970, the unit of the tenant clock. */
export function cursorToMicros(cursor: Cursor): bigint {
  return BigInt(Date.parse(`${cursor.slice(0, 19)}Z`)) * 1000n + BigInt(cursor.slice(20, 26));
}

export function microsToCursor(micros: bigint): Cursor {
  const seconds = micros / 1_000_000n;
  const fraction = micros % 1_000_000n;
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  return `${whole}.${fraction.toString().padStart(6, '0')}Z` as Cursor;
}

/**
 * Where a pull stands. While a first pull is on its way through rows older than its snapshot, the position alone says
 * nothing about what was purged since: the snapshot does, so it travels along as `<position>/<snapshot>`.
 */
export interface PullPosition {
  readonly position: Cursor;
  readonly snapshot: Cursor | null;
}

/** The text form of a position on the wire: `<cursor>` or `<cursor>/<cursor>`. */
export type PullCursor = Branded<'PullCursor'>;

export function parsePullCursor(value: unknown): PullPosition | null {
  if (typeof value !== 'string') return null;
  const [position, snapshot, ...rest] = value.split('/').map(parseCursor);
  if (!position || rest.length > 0 || snapshot === null) return null;
  return { position, snapshot: snapshot ?? null };
}

export function formatPullCursor({ position, snapshot }: PullPosition): PullCursor {
  return (snapshot === null ? position : `${position}/${snapshot}`) as PullCursor;
}
