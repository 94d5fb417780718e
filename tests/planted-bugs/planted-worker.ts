import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ScenarioReport } from '../simulation/report.ts';
import type { PlantedBug } from './planted-bug.ts';
import type { ScenarioJob } from './scenario-process.ts';

const PROCESS = join(import.meta.dirname, 'scenario-process.ts');
const PLANT = join(import.meta.dirname, 'plant.ts');

/** A process in which scenarios run one after the other, on the patched source or, without a bug, on that of the product. */
export interface PlantedWorker {
  /** Rejects when the process ends instead, or takes longer. */
  run(job: ScenarioJob): Promise<ScenarioReport>;
  stop(): Promise<void>;
}

export interface WorkerOptions {
  readonly bug: PlantedBug | null;
  /** Of a server's superuser. */
  readonly postgres: string;
  /** Milliseconds for one scenario. */
  readonly timeout: number;
}

export function startWorker({ bug, postgres, timeout }: WorkerOptions): PlantedWorker {
  const child = fork(PROCESS, [postgres], {
    execArgv: bug === null ? [] : ['--import', PLANT],
    env: { ...process.env, ...(bug === null ? {} : { PLANTED_BUG: bug.id }) },
  });
  const ended = once(child, 'exit');
  const ready = answerOf(child, timeout);
  ready.catch(() => undefined);
  return {
    async run(job) {
      await ready;
      const report = answerOf(child, timeout);
      child.send(job);
      return (await report) as ScenarioReport;
    },
    async stop() {
      if (child.connected) child.disconnect();
      else child.kill('SIGKILL');
      await ended;
    },
  };
}

async function answerOf(child: ChildProcess, timeout: number): Promise<unknown> {
  const done = new AbortController();
  const { signal } = done;
  const answers = once(child, 'message', { signal }).then(([answer]: unknown[]) => answer);
  const ends = once(child, 'exit', { signal }).then(([code]): never => {
    throw new Error(`The process ended with ${String(code)}`);
  });
  const tires = delay(timeout, undefined, { signal, ref: false }).then((): never => {
    throw new Error(`No answer after ${timeout} ms`);
  });
  for (const outcome of [answers, ends, tires]) outcome.catch(() => undefined);
  try {
    return await Promise.race([answers, ends, tires]);
  } finally {
    done.abort();
  }
}
