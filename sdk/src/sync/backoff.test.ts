import { expect, test } from 'vitest';
import { isOver, pollInterval } from './backoff.ts';

test('polls are close together after something has happened, and drift apart while nothing does', () => {
  const after = (quiet: number): number => Math.round(pollInterval(5_000, { live: false, quiet, visible: true }));
  expect([0, 1, 2, 3, 4, 5, 6, 7, 8, 100].map(after)).toEqual([
    5_000, 5_000, 7_500, 11_250, 16_875, 25_313, 37_969, 56_953, 60_000, 60_000,
  ]);
});

test('polls are rare beside a live stream, and rarer while nobody looks', () => {
  expect(pollInterval(5_000, { live: true, quiet: 0, visible: true })).toBe(5 * 60_000);
  expect(pollInterval(5_000, { live: false, quiet: 0, visible: false })).toBe(15 * 60_000);
});

test('a wait is over in time, and one that a wrong clock has set for years at once', () => {
  const now = Date.UTC(2026, 10, 25);
  expect([now - 1, now, now + 1, now + 3_600_000, now + 4 * 365 * 86_400_000].map((at) => isOver(at, now))).toEqual([
    true,
    true,
    false,
    false,
    true,
  ]);
});
