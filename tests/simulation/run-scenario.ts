import { type Environment, openEnvironment } from './environment/environment.ts';
import { judge } from './oracle/judge.ts';
import { makePlan } from './plan/make-plan.ts';
import { profileOf } from './plan/profile.ts';
import type { Plan } from './plan/plan.ts';
import type { ScenarioReport, Violation } from './report.ts';
import { createWorld } from './world/create-world.ts';
import { heal } from './world/heal.ts';
import { performStep } from './world/perform.ts';
import { catchStrays } from './world/stray-errors.ts';

export interface ScenarioOptions {
  readonly profile: string;
  /** Instead of the one that the seed makes. */
  readonly plan?: Plan;
  /** Told what is about to happen. */
  readonly trace?: (line: string) => void;
}

/** Runs the plan of a seed, heals everything, and judges. Never rejects: what goes wrong is a violation. */
export async function runScenario(
  seed: number,
  environment: Environment,
  { profile, plan = makePlan(seed, profile), trace }: ScenarioOptions,
): Promise<ScenarioReport> {
  const started = performance.now();
  const strays = catchStrays();
  const own = profileOf(plan.profile).postgresKills ? await openEnvironment({ url: null, durable: true }) : null;
  const world = await createWorld(own ?? environment, plan);
  const unforeseen: Violation[] = [];
  try {
    for (const [index, step] of plan.steps.entries()) {
      trace?.(`${index} ${JSON.stringify(step)}`);
      const before = world.violations.length;
      await performStep(world, step);
      for (const { invariant, what } of world.violations.slice(before)) trace?.(`  violation ${invariant}: ${what}`);
    }
    trace?.('healing');
    await heal(world);
    await judge(world);
  } catch (error) {
    unforeseen.push({
      invariant: 'harness',
      what: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  }
  await world.close();
  await own?.close();
  for (const error of strays.stop()) unforeseen.push({ invariant: 'harness', what: `nobody caught: ${error}` });
  return {
    seed,
    violations: [...world.violations, ...unforeseen],
    writes: world.count.writes,
    faults: world.faults.counts,
    kills: world.count.kills,
    acknowledged: world.count.acknowledged,
    plan,
    milliseconds: Math.round(performance.now() - started),
  };
}
