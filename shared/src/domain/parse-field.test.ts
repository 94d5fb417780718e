import { describe, expect, it } from 'vitest';
import {
  boolean,
  type Field,
  date,
  id,
  instant,
  integer,
  listOf,
  money,
  number,
  objectList,
  oneOf,
  text,
} from './field.ts';
import { parseField } from './parse-field.ts';

const items = objectList({ what: text({ required: true }), price: money() }, { maxItems: 2 });

describe('parseField', () => {
  it.each<[string, Field, unknown, unknown]>([
    ['text', text(), 'olá 👋', 'olá 👋'],
    ['no value', text(), undefined, null],
    ['enum in any case', oneOf(['usd', 'eur'], { anyCase: true }), 'USD', 'usd'],
    ['list without repetitions', listOf(['sms', 'email']), ['sms', 'sms'], ['sms']],
    ['id in lower case', id(), '0190F0E0-0000-7000-8000-00000000000A', '0190f0e0-0000-7000-8000-00000000000a'],
    ['leap day', date(), '2028-02-29', '2028-02-29'],
    ['instant with an offset', instant(), '2026-01-01T01:30:00+01:30', '2026-01-01T00:00:00.000Z'],
    ['instant with microseconds', instant(), '2026-01-01T00:00:00.000001Z', '2026-01-01T00:00:00.000001Z'],
    ['instant with one decimal', instant(), '2026-01-01T00:00:00.5Z', '2026-01-01T00:00:00.500Z'],
    ['money', money(), 0.07, 0.07],
    ['negative zero', money(), -0, 0],
    ['largest money', money(), 999_999_999_999.99, 999_999_999_999.99],
    ['objects', items, [{ what: 'x', price: 1.5 }], [{ what: 'x', price: 1.5 }]],
  ])('%s', (_, field, value, expected) => {
    expect(parseField(field, value)).toEqual({ ok: true, value: expected });
  });

  it.each<[string, Field, unknown, string]>([
    ['null where required', text({ required: true }), null, 'REQUIRED_FIELD'],
    ['blank where required', text({ required: true }), ' \n', 'REQUIRED_FIELD'],
    ['number as text', text(), 1, 'INVALID_FIELD'],
    ['NUL', text(), 'a\0b', 'INVALID_TEXT'],
    ['lone surrogate', text(), 'a\ud800', 'INVALID_TEXT'],
    ['long text', text({ maxLength: 3 }), 'abcd', 'INVALID_TEXT'],
    ['other enum value', oneOf(['a']), 'b', 'INVALID_FIELD'],
    ['enum in another case', oneOf(['a']), 'A', 'INVALID_FIELD'],
    ['inherited name as enum', oneOf(['a']), 'constructor', 'INVALID_FIELD'],
    ['no UUID', id(), 'x', 'INVALID_ID'],
    ['impossible day', date(), '2026-02-30', 'INVALID_DATE'],
    ['day in another form', date(), '2026-2-3', 'INVALID_DATE'],
    ['year 0001', date(), '0001-01-01', 'INVALID_DATE'],
    ['instant without zone', instant(), '2026-01-01T00:00:00', 'INVALID_DATE'],
    ['instant on an impossible day', instant(), '2026-02-30T00:00:00Z', 'INVALID_DATE'],
    ['hour 24', instant(), '2026-01-01T24:00:00Z', 'INVALID_DATE'],
    ['nanoseconds', instant(), '2026-01-01T00:00:00.000000001Z', 'INVALID_DATE'],
    ['three decimals', money(), 1.005, 'INVALID_AMOUNT'],
    ['too much money', money(), 1e12, 'INVALID_AMOUNT'],
    ['money as text', money(), '1', 'INVALID_AMOUNT'],
    ['infinity', number(), Number.POSITIVE_INFINITY, 'INVALID_FIELD'],
    ['half an integer', integer(), 1.5, 'INVALID_FIELD'],
    ['33 bits', integer(), 2 ** 31, 'INVALID_FIELD'],
    ['number as boolean', boolean(), 1, 'INVALID_FIELD'],
    ['list with a stranger', listOf(['sms']), ['sms', 'fax'], 'INVALID_FIELD'],
    ['too many objects', items, [{ what: 'a' }, { what: 'b' }, { what: 'c' }], 'INVALID_FIELD'],
    ['object without its name', items, [{ price: 1 }], 'REQUIRED_FIELD'],
    ['object with an unknown key', items, [{ what: 'a', __proto__: null, size: 1 }], 'INVALID_FIELD'],
    ['three decimals in an object', items, [{ what: 'a', price: 0.001 }], 'INVALID_AMOUNT'],
    ['no list', items, { what: 'a' }, 'INVALID_FIELD'],
  ])('refuses %s', (_, field, value, code) => {
    expect(parseField(field, value)).toMatchObject({ ok: false, code });
  });

  it('accepts every amount of cents that fits, and stores it as it was', () => {
    for (const cents of [1, 7, 29, 35, 1_234_567, 99_999_999_999_999]) {
      expect(parseField(money(), cents / 100)).toEqual({ ok: true, value: cents / 100 });
    }
  });
});
