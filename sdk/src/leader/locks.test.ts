import { expect, test } from 'vitest';
import { createTabLocks } from './locks.ts';

const locks = globalThis.navigator.locks;
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

test('one tab leads; the next takes over when it resigns', async () => {
  const name = crypto.randomUUID();
  const led: string[] = [];
  const resign = createTabLocks(locks, name).whenLeader(() => led.push('first'));
  const resignSecond = createTabLocks(locks, name).whenLeader(() => led.push('second'));
  await turn();
  expect(led).toEqual(['first']);
  resign();
  await turn();
  expect(led).toEqual(['first', 'second']);
  resignSecond();
});

test('cycles of two tabs never overlap, and waiting for one can be given up', async () => {
  const [one, two] = [createTabLocks(locks, 'cycles'), createTabLocks(locks, 'cycles')];
  const signal = new AbortController().signal;
  const leave = await one.enterCycle(signal);
  const given = new AbortController();
  const impatient = two.enterCycle(given.signal);
  given.abort();
  await expect(impatient).rejects.toMatchObject({ name: 'AbortError' });
  let entered = false;
  const patient = two.enterCycle(signal).then((leaveToo) => {
    entered = true;
    return leaveToo;
  });
  await turn();
  expect(entered).toBe(false);
  leave();
  (await patient)();
  expect(entered).toBe(true);
});
