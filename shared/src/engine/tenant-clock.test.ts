import { type Cursor, cursorToMicros, parseCursor } from '../cursor.ts';
import { describe, expect, it } from 'vitest';
import { startClock } from './tenant-clock.ts';

const EARLY = parseCursor('2026-01-01T00:00:00.000000Z') as Cursor;
const LATE = parseCursor('2026-01-01T00:00:05.000007Z') as Cursor;

describe('tenant clock', () => {
  it('starts at the server time when that is later than the last version', () => {
    const clock = startClock(EARLY, LATE);
    expect(clock.next()).toBe(LATE);
    expect(clock.next()).toBe('2026-01-01T00:00:05.000008Z');
  });

  it('moves on by a microsecond when the server time was set back', () => {
    const clock = startClock(LATE, EARLY);
    expect(clock.next()).toBe('2026-01-01T00:00:05.000008Z');
  });

  it('is the locked value and unused until a version is handed out', () => {
    const clock = startClock(EARLY, LATE);
    expect([clock.current, clock.used]).toEqual([EARLY, false]);
    const version = clock.next();
    expect([clock.current, clock.used]).toEqual([version, true]);
  });

  it('carries over the end of a second', () => {
    const clock = startClock(parseCursor('2026-01-01T00:00:00.999999Z') as Cursor, EARLY);
    expect(clock.next()).toBe('2026-01-01T00:00:01.000000Z');
    expect(cursorToMicros(clock.next()) % 1_000_000n).toBe(1n);
  });
});
