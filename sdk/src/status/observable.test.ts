import { expect, test, vi } from 'vitest';
import { observed } from './observable.ts';

test('a listener that throws holds up neither the others nor who tells them', () => {
  const later: (() => void)[] = [];
  vi.stubGlobal('queueMicrotask', (task: () => void) => void later.push(task));
  const status = observed({ pending: 0 });
  const heard: number[] = [];
  status.subscribe(() => {
    throw new Error('of the app');
  });
  status.subscribe(({ pending }) => void heard.push(pending));
  status.update({ pending: 1 });
  expect(heard).toEqual([1]);
  expect(later).toHaveLength(1);
  expect(later[0]).toThrow('of the app');
});
