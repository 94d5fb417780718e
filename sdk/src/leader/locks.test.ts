import { expect, test } from 'vitest';
import { createTabLocks } from './locks.ts';

const locks = globalThis.navigator.locks;
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

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
