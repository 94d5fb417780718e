import type { Job } from './campaign.ts';
import { openEnvironment } from './environment/environment.ts';
import { runScenario } from './run-scenario.ts';

// A process of a campaign: runs what it is sent and answers with reports, until its parent has nothing more or is gone.
const [url = ''] = process.argv.slice(2);
const environment = await openEnvironment({ url });
let turn: Promise<unknown> = Promise.resolve();
process.on('message', ({ seed, profile }: Job) => {
  turn = turn.then(async () => process.send?.(await runScenario(seed, environment, { profile })));
});
// Also when the parent was killed: nobody waits for what is under way, and without its server it may never end.
process.once('disconnect', () => process.exit());
