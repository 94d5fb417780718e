import { expect, it } from 'vitest';
import { sharedTasks } from './shared-tasks.ts';

const entry = (id: string, tasks: readonly (string | null)[], status = 'pending') => ({
  id,
  status,
  lineItems: tasks.map((taskId) => ({ taskId })),
});

it('tells of entries that pay a task which another one pays, and whether that is paid', () => {
  const entries = [
    entry('paid', ['a', 'b', null], 'paid'),
    entry('revived', ['a', 'b', 'c']),
    entry('copied', ['c', 'd', 'd', null]),
    entry('own', ['e', 'e', null]),
    { id: 'empty', status: 'paid' },
  ];
  expect([...sharedTasks(entries)]).toEqual([
    ['paid', { tasks: 2, isPaid: false }],
    ['revived', { tasks: 3, isPaid: true }],
    ['copied', { tasks: 1, isPaid: false }],
  ]);
});
