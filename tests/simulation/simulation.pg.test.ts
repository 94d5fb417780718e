import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { profileForSeed } from './plan/profile.ts';
import { REGRESSIONS } from './regressions.ts';
import type { Totals } from './totals.ts';

const MAIN = join(import.meta.dirname, 'main.ts');
const SCENARIOS = 150;

/** In processes and on a PostgreSQL of their own, as the soak runs them. */
function run(args: readonly string[]): Promise<Totals> {
  const all = [MAIN, '--json', '--workers', '2', ...args];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, all, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      const line = stdout.trim().split('\n').at(-1) ?? '';
      if (line.startsWith('{')) resolve(JSON.parse(line) as Totals);
      else reject(new Error(`${stdout}${stderr}`, { cause: error }));
    });
  });
}

describe('I1-I9, I11, I12: the simulation', () => {
  it('holds in 150 scenarios and more, with at least 5,000 faults', { timeout: 900_000 }, async () => {
    const totals = await run(['--seeds', `1-${SCENARIOS}`]);
    expect(totals.violations).toEqual([]);
    expect(totals.scenarios).toBe(SCENARIOS);
    expect(totals.faults).toBeGreaterThanOrEqual(5_000);
    expect(Object.keys(totals.faultsByKind).length).toBeGreaterThanOrEqual(15);
  });

  it('loses and doubles nothing when PostgreSQL is killed 20 times under load', { timeout: 600_000 }, async () => {
    const totals = await run(['--profile', 'postgres-kills', '--seeds', '1']);
    expect(totals.violations).toEqual([]);
    expect(totals.faultsByKind.postgresSigkill).toBe(20);
  });

  it('holds when the service is killed as a process of its own', { timeout: 600_000 }, async () => {
    const totals = await run(['--profile', 'processes', '--seeds', '1']);
    expect(totals.violations).toEqual([]);
    expect(totals.faultsByKind.serviceSigkill).toBeGreaterThanOrEqual(2);
  });

  // The slice above runs some of them already.
  const others = REGRESSIONS.filter(({ seed, profile }) => seed > SCENARIOS || profileForSeed(seed) !== profile);
  it.each(Object.entries(Object.groupBy(others, ({ profile }) => profile)))(
    'holds in every seed of profile %s that has found something',
    { timeout: 300_000 },
    async (profile, found = []) => {
      const totals = await run(['--profile', profile, '--seeds', found.map(({ seed }) => seed).join(',')]);
      expect(totals.violations).toEqual([]);
    },
  );
});
