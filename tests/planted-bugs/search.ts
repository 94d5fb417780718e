import { parseArgs } from 'node:util';
import { startServer } from '../simulation/environment/server.ts';
import { bugOf, BUGS } from './catalogue.ts';
import { type Catch, catching, keepPlan, readCatches, writeCatches } from './catches.ts';
import { startWorker } from './planted-worker.ts';
import type { Plan } from '../simulation/plan/plan.ts';
import type { PlantedBug } from './planted-bug.ts';

/**
 * Looks for the first seed that catches each bug: those that nothing has caught yet, or those that are named. Writes what it
 * finds at once. Exit code 1: a bug got through.
 */
const { values } = parseArgs({
  options: {
    bugs: { type: 'string' },
    from: { type: 'string', default: '1' },
    to: { type: 'string', default: '200' },
    profile: { type: 'string', default: 'mixed' },
    workers: { type: 'string', default: '1' },
    postgres: { type: 'string' },
    /** Take a seed without running its plan a second time; the replay in CI will tell. */
    once: { type: 'boolean', default: false },
    /** For one bug. */
    minutes: { type: 'string', default: '20' },
  },
});
const [from, to, minutes] = [Number(values.from), Number(values.to), Number(values.minutes)];
const { profile } = values;
const TIMEOUT = 180_000;
/** Characters of a violation that are kept: some tell the whole history of a record. */
const MAX_WHAT = 300;

const caught = new Map(Object.entries(await readCatches()));
const wanted = values.bugs ? values.bugs.split(',').map(bugOf) : BUGS.filter(({ id }) => !caught.has(id));
const server =
  values.postgres === undefined ? await startServer() : { url: values.postgres, stop: () => Promise.resolve() };
const postgres = server.url;
const queue = [...wanted];
try {
  await Promise.all(Array.from({ length: Number(values.workers) }, work));
} finally {
  await server.stop();
}

async function work(): Promise<void> {
  for (let bug = queue.shift(); bug; bug = queue.shift()) {
    const found = await search(bug).catch((error: unknown) => {
      print(`${bug?.id}: ${String(error)}`);
      return null;
    });
    if (found) {
      caught.set(bug.id, found);
      await writeCatches(Object.fromEntries(caught));
      print(`${bug.id}: caught by seed ${found.seed}, ${found.invariant}: ${found.what.slice(0, 300)}`);
    } else {
      print(`${bug.id}: got through`);
      process.exitCode = 1;
    }
  }
}

async function search(bug: PlantedBug): Promise<Catch | null> {
  const worker = startWorker({ bug, postgres, timeout: TIMEOUT });
  const ends = Date.now() + minutes * 60_000;
  let seed = from;
  try {
    for (; seed <= to && Date.now() < ends; seed += 1) {
      const report = await worker.run({ kind: 'seed', seed, profile });
      const found = catching(bug, report);
      if (found !== null && (values.once || (await isCaughtAgain(bug, report.plan)))) {
        const plan = await keepPlan(report.plan);
        const what = found.what.slice(0, MAX_WHAT);
        return { seed, profile, plan, invariant: found.invariant, what, scenariosTried: seed - from + 1 };
      }
      for (const { invariant, what } of report.violations) {
        print(`${bug.id}: not by seed ${seed}, ${invariant}: ${what.slice(0, 300)}`);
      }
    }
    print(`${bug.id}: not by any seed that there was time for, ${from} to ${seed - 1}`);
    return null;
  } finally {
    await worker.stop();
  }
}

/**
 * CI replays it, so it must not depend on the order in which PostgreSQL lets writers in. In a database of its own: a plan makes
 * the same ids each time.
 */
async function isCaughtAgain(bug: PlantedBug, plan: Plan): Promise<boolean> {
  const worker = startWorker({ bug, postgres, timeout: TIMEOUT });
  try {
    return catching(bug, await worker.run({ kind: 'plan', plan })) !== null;
  } finally {
    await worker.stop();
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
