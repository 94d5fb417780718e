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

/** Several at once, each lane in the processes that it starts: a bug has one of its own, since it is in the source. */
async function inLanes<T>(jobs: readonly T[], lane: (jobs: Iterable<T>) => Promise<void>): Promise<void> {
  const queue = jobs.values();
  await Promise.all(Array.from({ length: AT_ONCE }, () => lane(queue)));
}

async function withWorker<T>(bug: PlantedBug | null, use: (replay: Replay) => Promise<T>): Promise<T> {
  const worker = startWorker({ bug, postgres: server.url, timeout: TIMEOUT });
  try {
    return await use(async (plan) => worker.run({ kind: 'plan', plan: await readPlan(plan) }));
  } finally {
    await worker.stop();
  }
}

/** In a database of its own: the plans of one seed make the same ids. */
type Replay = (plan: string) => Promise<ScenarioReport>;

describe('the simulation', () => {
  it('notices each planted bug again', { timeout: catches.length * TIMEOUT }, async () => {
    const missed: string[] = [];
    await inLanes(catches, async (jobs) => {
      for (const [id, { plan }] of jobs) {
        const bug = bugOf(id);
        const report = await withWorker(bug, (replay) => replay(plan));
        if (catching(bug, report) === null) missed.push(id);
      }
    });
    expect(missed).toEqual([]);
  });

  it('finds nothing in the same plans without a bug', { timeout: catches.length * TIMEOUT }, async () => {
    const found: unknown[] = [];
    await inLanes([...new Set(catches.map(([, { plan }]) => plan))], (plans) =>
      withWorker(null, async (replay) => {
        for (const plan of plans) {
          found.push(...(await replay(plan)).violations.map((violation) => ({ plan, ...violation })));
        }
      }),
    );
    expect(found).toEqual([]);
  });
});
