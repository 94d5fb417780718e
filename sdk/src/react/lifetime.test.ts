import { expect, test } from 'vitest';
import { createLifetime } from './lifetime.ts';

function counted() {
  const log: string[] = [];
  const lifetime = createLifetime(
    async () => {
      log.push('open');
      return log.filter((entry) => entry === 'open').length;
    },
    async (n) => {
      log.push(`close ${n}`);
    },
  );
  return { log, lifetime };
}

/** Longer than any chain of promises in here. */
const afterTask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

test('what is let go of and held again in one task stays open', async () => {
  const { log, lifetime } = counted();
  const first = lifetime.hold();
  lifetime.release();
  const second = lifetime.hold();
  expect(await first).toBe(await second);
  await afterTask();
  expect(log).toEqual(['open']);
});

test('it is closed once nobody holds it, and opened again after that', async () => {
  const { log, lifetime } = counted();
  void lifetime.hold();
  void lifetime.hold();
  lifetime.release();
  await afterTask();
  expect(log).toEqual(['open']);
  lifetime.release();
  await afterTask();
  expect(await lifetime.hold()).toBe(2);
  expect(log).toEqual(['open', 'close 1', 'open']);
});

test('what is let go of while it opens is closed when it is open', async () => {
  const { log, lifetime } = counted();
  void lifetime.hold();
  lifetime.release();
  await afterTask();
  expect(log).toEqual(['open', 'close 1']);
});

test('one that did not open can be tried again', async () => {
  let attempts = 0;
  const lifetime = createLifetime(
    async () => {
      attempts += 1;
      if (attempts === 1) throw new Error('no storage');
      return attempts;
    },
    async () => undefined,
  );
  await expect(lifetime.hold()).rejects.toThrow('no storage');
  lifetime.release();
  await afterTask();
  expect(await lifetime.hold()).toBe(2);
});
