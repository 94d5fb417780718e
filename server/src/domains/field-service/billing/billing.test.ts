import { describe, expect, it } from 'vitest';
import { fromCents, lineCents, sumCents, toCents } from './cents.ts';
import { checkPeriod, dayAfter } from './entry-dates.ts';
import { workedHours } from './worked-hours.ts';

describe('cents', () => {
  it('are exact where floating point numbers are not', () => {
    expect(0.1 + 0.2).not.toBe(0.3);
    const lines = [0.1, 0.2, 1.005, 1.1].map((unitPrice) => ({
      quantity: 1,
      unitPrice: Math.round(unitPrice * 100) / 100,
    }));
    expect(fromCents(sumCents(lines.slice(0, 2)))).toBe(0.3);
    expect(fromCents(lineCents({ quantity: 0.33, unitPrice: 25 }))).toBe(8.25);
    expect(fromCents(lineCents({ quantity: 0.5, unitPrice: 0.01 }))).toBe(0.01);
    expect(fromCents(lineCents({ quantity: -0.5, unitPrice: 0.01 }))).toBe(-0.01);
    expect(fromCents(toCents(999_999_999_999.99))).toBe(999_999_999_999.99);
  });

  it('come back as the amount that they were made of', () => {
    // A prime step, so that every ending is met.
    for (let cents = -99_999_999_999_999; cents <= 99_999_999_999_999; cents += 104_729_000_003) {
      if (toCents(cents / 100) !== BigInt(cents)) expect.fail(String(cents));
    }
    expect(toCents(0.29)).toBe(29n);
  });
});

describe('worked hours', () => {
  const from = '2026-11-20T08:00:00.000Z';
  it.each([
    ['2026-11-20T09:00:00.000Z', 1],
    ['2026-11-20T08:20:00.000Z', 0.33],
    ['2026-11-20T08:00:18.000Z', 0.01],
    ['2026-11-20T08:00:00.001Z', 0.01],
    ['2026-11-20T08:00:53.999Z', 0.01],
    ['2026-11-20T08:00:54.000Z', 0.02],
    ['2026-11-21T08:00:00.000Z', 24],
  ])('until %s are %d', (to, hours) => {
    expect(workedHours(from, to)).toEqual({ kind: 'hours', hours });
  });

  it.each([
    [from, null, 'noTimes'],
    [null, from, 'noTimes'],
    [from, from, 'noTimes'],
    [from, '2026-11-20T07:59:59.999Z', 'timesReversed'],
    [from, '2026-11-21T08:00:00.001Z', 'tooLong'],
  ])('from %s to %s are not known', (start, end, reason) => {
    expect(workedHours(start, end)).toEqual({ kind: 'unknown', reason });
  });
});

it('days are those of the time zone', () => {
  const now = new Date('2026-11-30T23:30:00Z');
  expect(dayAfter(now, 'Europe/Madrid', 0)).toBe('2026-12-01');
  expect(dayAfter(now, 'America/New_York', 14)).toBe('2026-12-14');
});

it.each([
  ['2026-02-29', '2026-03-01'],
  ['2026-03-02', '2026-03-01'],
  ['2025-01-01', '2026-12-31'],
])('%s to %s is no period', (from, to) => {
  expect(() => checkPeriod({ from, to })).toThrow();
});
