import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer } from '../simulation/environment/server.ts';
import type { ScenarioReport } from '../simulation/report.ts';
import { bugOf } from './catalogue.ts';
import { catching, readCatches, readPlan } from './catches.ts';
import type { PlantedBug } from './planted-bug.ts';
import { startWorker } from './planted-worker.ts';

/** Of a scenario that takes two seconds of processor time, on a machine that has other things to do. */
const TIMEOUT = 240_000;
const AT_ONCE = 2;

const catches = Object.entries(await readCatches());
let server: Awaited<ReturnType<typeof startServer>>;

beforeAll(async () => {
  server = await startServer();
}, TIMEOUT);

afterAll(() => server.stop());

/** Each in a process and a database of its own: the plans of one seed make the same ids. */
async function replay(bug: PlantedBug | null, plan: string): Promise<ScenarioReport> {
  const worker = startWorker({ bug, postgres: server.url, timeout: TIMEOUT });
  try {
    return await worker.run({ kind: 'plan', plan: await readPlan(plan) });
  } finally {
    await worker.stop();
  }
}

async function replayAll<T>(jobs: readonly T[], run: (job: T) => Promise<void>): Promise<void> {
  const queue = jobs.values();
  const work = async (): Promise<void> => {
    for (const job of queue) await run(job);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

describe('the simulation', () => {
  it('notices each planted bug again', { timeout: catches.length * TIMEOUT }, async () => {
    const missed: string[] = [];
    await replayAll(catches, async ([id, { plan }]) => {
      const bug = bugOf(id);
      if (catching(bug, await replay(bug, plan)) === null) missed.push(id);
    });
    expect(missed).toEqual([]);
  });

  it('finds nothing in the same plans without a bug', { timeout: catches.length * TIMEOUT }, async () => {
    const found: unknown[] = [];
    await replayAll([...new Set(catches.map(([, { plan }]) => plan))], async (plan) => {
      found.push(...(await replay(null, plan)).violations.map((violation) => ({ plan, ...violation })));
    });
    expect(found).toEqual([]);
  });
});
