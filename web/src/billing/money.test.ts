import { expect, test } from 'vitest';
import { parseAmount } from './money.ts';

test.each<[string, number | null]>([
  ['12.5', 12.5],
  [' 12,50 ', 12.5],
  ['7', 7],
  ['0', null],
  ['-3', null],
  ['1.234', null],
  ['', null],
  ['a', null],
])('an amount of %j is %j', (text, amount) => {
  expect(parseAmount(text)).toBe(amount);
});
