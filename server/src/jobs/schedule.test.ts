import { expect, it } from 'vitest';
import { nextRun, type Schedule } from './schedule.ts';

it.each([
  [{ kind: 'daily', at: '02:17' }, '2026-11-24T01:00:00.000Z', '2026-11-24T02:17:00.000Z'],
  [{ kind: 'daily', at: '02:17' }, '2026-11-24T02:17:00.000Z', '2026-11-25T02:17:00.000Z'],
  [{ kind: 'daily', at: '02:17' }, '2026-12-31T23:59:59.999Z', '2027-01-01T02:17:00.000Z'],
  [{ kind: 'every', minutes: 5 }, '2026-11-24T01:02:03.000Z', '2026-11-24T01:05:00.000Z'],
  [{ kind: 'every', minutes: 5 }, '2026-11-24T01:05:00.000Z', '2026-11-24T01:10:00.000Z'],
] satisfies [Schedule, string, string][])('%j after %s is at %s', (schedule, now, expected) => {
  expect(nextRun(schedule, new Date(now)).toISOString()).toBe(expected);
});
