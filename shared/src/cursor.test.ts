import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Cursor,
  cursorToMicros,
  formatPullCursor,
  microsToCursor,
  parseCursor,
  parsePullCursor,
} from './cursor.ts';

const micros = fc.bigInt({ min: 0n, max: BigInt(Date.UTC(2300, 0)) * 1000n });

describe('cursor', () => {
  it('is read back from its microseconds, and sorts as text the way they do', () => {
    fc.assert(
      fc.property(micros, micros, (left, right) => {
        const [a, b] = [microsToCursor(left), microsToCursor(right)];
        expect(parseCursor(a)).toBe(a);
        expect(cursorToMicros(a)).toBe(left);
        expect(a < b).toBe(left < right);
      }),
    );
  });

  it.each([
    '2026-01-01T00:00:00.000Z',
    '2026-01-01T00:00:00.000000+00:00',
    '2026-02-30T00:00:00.000000Z',
    '2026-01-01T24:00:00.000000Z',
    '2026-01-01T00:00:60.000000Z',
    ' 2026-01-01T00:00:00.000000Z',
    '1969-12-31T23:59:59.999999Z',
    '',
    null,
    1,
  ])('is not %s', (value) => {
    expect(parseCursor(value)).toBeNull();
  });

  it('travels with the snapshot of a first pull', () => {
    const position = '2026-01-01T00:00:00.000001Z' as Cursor;
    const snapshot = '2026-01-02T00:00:00.000000Z' as Cursor;
    for (const state of [
      { position, snapshot },
      { position, snapshot: null },
    ]) {
      expect(parsePullCursor(formatPullCursor(state))).toEqual(state);
    }
    for (const broken of [`${position}/`, `${position}/x`, `/${snapshot}`, `${position}/${snapshot}/${snapshot}`]) {
      expect(parsePullCursor(broken)).toBeNull();
    }
  });
});
