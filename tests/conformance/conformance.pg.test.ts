import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { someHistory } from './draw-history.ts';
import type { Step } from './history.ts';
import { normalise } from './normalise.ts';
import { meet, type Service, startService } from './party.ts';
import { runHistory, sharedIds, type Transcript } from './run-history.ts';
import { SCRIPTED } from './scripted-histories.ts';

const RUNS = Number(process.env['CONFORMANCE_RUNS'] ?? 15);
const SEED = Number(process.env['CONFORMANCE_SEED'] ?? 4);
vi.setConfig({ testTimeout: 30_000 + RUNS * 5_000 });

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service?.close());

async function both(steps: readonly Step[]): Promise<{ readonly real: Transcript; readonly kit: Transcript }> {
  const { cast, parties } = await meet(service);
  const ids = sharedIds();
  const real = await runHistory(parties.service, { cast, steps, ids: ids() });
  const kit = await runHistory(parties.kit, { cast, steps, ids: ids() });
  return { real: normalise(real), kit: normalise(kit) };
}

it.each(SCRIPTED)('the test server and the service answer alike: $name', async ({ steps, tells }) => {
  const { real, kit } = await both(steps);
  expect(kit).toEqual(real);
  // The history is about something.
  expect(JSON.stringify(real)).toMatch(tells);
});

it(`the test server and the service answer alike in ${RUNS} drawn histories`, async () => {
  await fc.assert(
    fc.asyncProperty(someHistory, async (steps) => {
      const { real, kit } = await both(steps);
      // One by one: the first answer that differs says why the later ones do.
      for (const [place, answer] of real.answers.entries())
        expect([place, kit.answers[place]]).toEqual([place, answer]);
      expect(kit).toEqual(real);
    }),
    { numRuns: RUNS, seed: SEED, endOnFailure: process.env['CONFORMANCE_SHRINK'] === undefined },
  );
});
