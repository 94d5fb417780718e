import { parseCLI, startVitest, type Vitest } from 'vitest/node';

/**
 * The whole suite in one run. Arguments are vitest's own (`pnpm test sync`, `pnpm test --project db -t clock`). Ends with one
 * line of counts; the exit code is not 0 when anything failed or when nothing ran.
 */
const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)]);
const vitest = await startVitest(filter, { ...options, watch: false });
// The results are in; closing ends the workers and the database server.
const counts = countResults(vitest);
await vitest.close();
process.stdout.write(`${describe(counts)}\n`);
if (counts.failed > 0 || counts.passed === 0) process.exitCode = 1;

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** A file that broke outside its tests, and an error that no test caught, count as failures of their own. */
function countResults({ state }: Vitest): Counts {
  const modules = state.getTestModules();
  const states = modules.flatMap((module) => [...module.children.allTests()]).map((test) => test.result().state);
  const count = (wanted: string) => states.filter((found) => found === wanted).length;
  const brokenSuites = modules
    .flatMap((module) => [module, ...module.children.allSuites()])
    .filter((suite) => suite.errors().length > 0).length;
  return {
    passed: count('passed'),
    failed: count('failed') + brokenSuites + state.getUnhandledErrors().length,
    // A test that never got its turn did not pass either.
    skipped: count('skipped') + count('pending'),
  };
}

function describe({ passed, failed, skipped }: Counts): string {
  return [`${passed} passed`, `${failed} failed`, ...(skipped > 0 ? [`${skipped} skipped`] : [])].join(', ');
}
