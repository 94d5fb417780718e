import { createDatabase, type Database } from '@backhaul/db';
import type { Runner } from 'graphile-worker';
import { errorFacts } from '../http/error-log.ts';
import type { JobAccess, Services } from '../services.ts';
import { createJobQueue, schedule } from './job-queue.ts';
import { AWAITED_OUTCOMES, type JobLog, libraryLogger, taskList } from './run-tasks.ts';
import type { JobServices, RunnableTask } from './task.ts';

export interface Worker {
  /** Takes no more jobs, and waits for those that run. */
  stop(): Promise<void>;
}

export interface JobRunner {
  readonly services: Services;
  readonly jobs: JobAccess;
  readonly tasks: readonly RunnableTask[];
  readonly log: JobLog;
}

const CONCURRENCY = 2;
/** Besides the jobs, it listens for new ones and asks for the next. */
const CONNECTIONS = CONCURRENCY + 2;
/** Jobs are announced; this is for those whose time comes, and for announcements that were lost. */
const POLL_MS = 10_000;
const RESTART_MS = 5_000;

/**
 * Runs jobs until it is stopped, for as long as the process lives. Any number of processes may do so: a job is run by one of
 * them. The library gives up on some troubles of the database; it is then started again.
 */
export async function startWorker(runner: JobRunner): Promise<Worker> {
  const { services, jobs, tasks, log } = runner;
  const jobServices: JobServices = {
    ...services,
    owner: jobs.owner,
    queue: createJobQueue(jobs.owner, { spreads: true }),
  };
  const pool = openQueue(jobs, CONNECTIONS);
  let stopping = false;
  let restart: NodeJS.Timeout | null = null;
  let running: Runner | null = null;
  try {
    running = await begin(runner, jobServices, pool);
    watch(running);
    await schedule(jobs.owner, tasks);
  } catch (error) {
    stopping = true;
    await running?.stop();
    await pool.close();
    throw error;
  }

  function watch(current: Runner): void {
    const ended = (cause: unknown): void => {
      running = null;
      if (stopping) return;
      log.warn({ cause: errorFacts(cause) }, 'the worker has ended, and is started again');
      restart = setTimeout(() => void again(), RESTART_MS);
    };
    current.promise.then(() => ended(null), ended);
  }

  async function again(): Promise<void> {
    try {
      const next = await begin(runner, jobServices, pool);
      if (stopping) return await next.stop();
      running = next;
      watch(next);
    } catch (error) {
      log.warn({ cause: errorFacts(error) }, 'the worker can not be started yet');
      if (!stopping) restart = setTimeout(() => void again(), RESTART_MS);
    }
  }

  return {
    async stop() {
      stopping = true;
      if (restart) clearTimeout(restart);
      await running?.stop();
      await pool.close();
    },
  };
}

/** The library does not wait for a pool of its own to be closed, and then hears of its end from nobody. */
export function openQueue({ connectionString }: JobAccess, max: number): Database {
  return createDatabase({ connectionString, max, applicationName: 'backhaul-jobs' });
}

/** The library reads configuration files where it is loaded, so only whoever runs jobs loads it. */
async function begin({ tasks, log }: JobRunner, services: JobServices, { pool }: Database): Promise<Runner> {
  const { Logger, run } = await import('graphile-worker');
  return run({
    pgPool: pool,
    concurrency: CONCURRENCY,
    pollInterval: POLL_MS,
    noHandleSignals: true,
    parsedCronItems: [],
    preset: AWAITED_OUTCOMES,
    logger: libraryLogger(Logger, log),
    taskList: taskList(tasks, services, log),
  });
}
