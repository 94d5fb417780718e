import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer } from '../simulation/environment/server.ts';
import type { ScenarioReport } from '../simulation/report.ts';
import { bugOf } from './catalogue.ts';
import { type Catch, catching, readCatches, readPlan } from './catches.ts';
import type { PlantedBug } from './planted-bug.ts';
import { startWorker } from './planted-worker.ts';

const TIMEOUT = 120_000;

const catches = Object.entries(await readCatches());
let server: Awaited<ReturnType<typeof startServer>>;

beforeAll(async () => {
  server = await startServer();
}, TIMEOUT);

afterAll(() => server.stop());

async function replay(
  bug: PlantedBug | null,
  plans: readonly Pick<Catch, 'seed' | 'profile'>[],
): Promise<ScenarioReport[]> {
  const worker = startWorker({ bug, postgres: server.url, timeout: TIMEOUT });
  const reports: ScenarioReport[] = [];
  try {
    for (const name of plans) reports.push(await worker.run({ kind: 'plan', plan: await readPlan(name) }));
  } finally {
    await worker.stop();
  }
  return reports;
}

describe('the simulation notices', { timeout: TIMEOUT }, () => {
  it.concurrent.each(catches)('%s', async (id, found) => {
    const bug = bugOf(id);
    const [report] = await replay(bug, [found]);
    expect(report && catching(bug, report)).not.toBeNull();
  });

  it.concurrent('nothing in the same plans without a bug', { timeout: 4 * TIMEOUT }, async () => {
    const plans = new Map(catches.map(([, found]) => [`${found.profile} ${found.seed}`, found]));
    const reports = await replay(null, [...plans.values()]);
    expect(reports.flatMap(({ violations }) => violations)).toEqual([]);
  });
});
