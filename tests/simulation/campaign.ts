import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { openEnvironment } from './environment/environment.ts';
import { startServer } from './environment/server.ts';
import type { ScenarioReport } from './report.ts';
import { runScenario } from './run-scenario.ts';

export interface Campaign {
  /** The next scenario; `null`: there is none left. */
  readonly next: () => Job | null;
  readonly onReport: (report: ScenarioReport) => void;
  readonly workers: number;
  /** Of the owner of a server that runs already; `null`: one is started. */
  readonly postgres: string | null;
  /** Told what is about to happen; with one worker only. */
  readonly trace?: ((line: string) => void) | undefined;
}

export interface Job {
  readonly seed: number;
  readonly profile: string;
}

/** Runs one scenario after the other, on one core or in processes of their own on several. */
export async function runCampaign(campaign: Campaign): Promise<void> {
  if (campaign.workers <= 1) return runHere(campaign);
  const server = campaign.postgres === null ? await startServer() : null;
  const postgres = campaign.postgres ?? (server?.url as string);
  try {
    await Promise.all(Array.from({ length: campaign.workers }, () => runWorker(campaign, postgres)));
  } finally {
    await server?.stop();
  }
}

async function runHere({ next, onReport, postgres, trace }: Campaign): Promise<void> {
  const environment = await openEnvironment({ url: postgres });
  try {
    for (let job = next(); job !== null; job = next()) {
      onReport(await runScenario(job.seed, environment, { profile: job.profile, ...(trace ? { trace } : {}) }));
    }
  } finally {
    await environment.close();
  }
}

const WORKER = join(import.meta.dirname, 'worker.ts');

async function runWorker({ next, onReport }: Campaign, postgres: string): Promise<void> {
  // The same loaders as this process has, so that patched sources are patched there, too.
  const child = fork(WORKER, [postgres], { execArgv: process.execArgv });
  const ended = once(child, 'exit');
  try {
    for (let job = next(); job !== null; job = next()) {
      child.send(job);
      onReport(await answerOf(child, job));
    }
  } finally {
    child.disconnect();
    await ended;
  }
}

async function answerOf(child: ChildProcess, { seed }: Job): Promise<ScenarioReport> {
  const exit = new AbortController();
  const died = once(child, 'exit', { signal: exit.signal }).then(([code]) => {
    throw new Error(`The worker ended with ${String(code)} in seed ${seed}`);
  });
  died.catch(() => undefined);
  try {
    const [report] = (await Promise.race([once(child, 'message'), died])) as [ScenarioReport];
    return report;
  } finally {
    exit.abort();
  }
}
