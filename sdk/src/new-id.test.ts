import { parseRecordId } from '@backhaul/shared';
import { validate, version } from 'uuid';
import { expect, test } from 'vitest';
import { newUuid } from './new-id.ts';

test('is a UUID of version 7 that begins with the time, and no other', () => {
  const ids = Array.from({ length: 2_000 }, newUuid);
  expect(ids.filter((id) => !validate(id) || version(id) !== 7 || parseRecordId(id) !== id)).toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
  const times = ids.map((id) => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16));
  expect(times).toEqual(times.toSorted((first, second) => first - second));
  expect(Math.abs(Date.now() - (times.at(-1) ?? 0))).toBeLessThan(5_000);
});
