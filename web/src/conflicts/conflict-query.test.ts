import { expect, test } from 'vitest';
import { EVERY_OPEN, isNarrowed, queryOf } from './conflict-query.ts';

test('a choice becomes the filters of the service, and what is left open none', () => {
  expect(queryOf(EVERY_OPEN)).toBe('status=open');
  expect(isNarrowed(EVERY_OPEN)).toBe(false);
  expect(isNarrowed({ ...EVERY_OPEN, status: 'resolved' })).toBe(false);
  const choice = { ...EVERY_OPEN, entity: 'task', author: 'auth0|5f&7', asks: true } as const;
  expect(queryOf(choice)).toBe('status=open&entity=task&author=auth0%7C5f%267&policy=ask');
  expect(isNarrowed(choice)).toBe(true);
});
