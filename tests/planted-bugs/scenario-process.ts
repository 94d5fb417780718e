import { openEnvironment } from '../simulation/environment/environment.ts';
import type { Plan } from '../simulation/plan/plan.ts';
import { makePlan } from '../simulation/plan/make-plan.ts';
import { runScenario } from '../simulation/run-scenario.ts';

/** What the process is sent; it answers with a report. A plan replays, a seed makes one. */
export type ScenarioJob =
  | { readonly kind: 'seed'; readonly seed: number; readonly profile: string }
  | { readonly kind: 'plan'; readonly plan: Plan };

// Forked by planted-worker.ts.
const [url = ''] = process.argv.slice(2);
process.once('disconnect', () => process.exit());
const environment = await openEnvironment({ url });
process.on('message', (job: ScenarioJob) => {
  const plan = job.kind === 'plan' ? job.plan : makePlan(job.seed, job.profile);
  void runScenario(plan.seed, environment, { profile: plan.profile, plan }).then(
    (report) => process.send?.(report),
    (error: unknown) => {
      // The simulation catches what nobody else does, while it runs.
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      process.exit(1);
    },
  );
});
// What is sent before there is a listener is lost.
process.send?.('ready');
