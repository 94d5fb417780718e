import type { Job } from './campaign.ts';
import { openEnvironment } from './environment/environment.ts';
import { runScenario } from './run-scenario.ts';

// A process of a campaign: runs what it is sent and answers with reports, until its parent has nothing more.
const [url = ''] = process.argv.slice(2);
const environment = await openEnvironment({ url });
let turn: Promise<unknown> = Promise.resolve();
process.on('message', ({ seed, profile }: Job) => {
  turn = turn.then(async () => process.send?.(await runScenario(seed, environment, { profile })));
});
process.once('disconnect', () => void turn.then(() => environment.close()));
