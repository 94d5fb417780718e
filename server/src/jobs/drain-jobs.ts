import { EventEmitter } from 'node:events';
import type { Database } from '@backhaul/db';
import type { WorkerEvents } from 'graphile-worker';
import { createJobQueue, schedule } from './job-queue.ts';
import { AWAITED_OUTCOMES, libraryLogger, taskList } from './run-tasks.ts';
import { type JobRunner, openQueue } from './start-worker.ts';

export interface Drained {
  readonly succeeded: number;
  readonly failed: number;
  /** Nothing that is due is left, but for what other processes are at. */
  readonly complete: boolean;
}

/**
 * Runs everything that is due, one job after the other, and returns: for platforms where no process lives on. No new job is
 * begun after `milliseconds`; what is left waits for the next call. Several at once share the work.
 */
export async function drainJobs(
  { services, jobs, tasks, log }: JobRunner,
  { milliseconds }: { milliseconds: number },
): Promise<Drained> {
  const pool = openQueue(jobs, CONNECTIONS);
  try {
    return await drain({ services, jobs, tasks, log }, pool, milliseconds);
  } finally {
    await pool.close();
  }
}

async function drain(
  { services, jobs: { owner }, tasks, log }: JobRunner,
  { pool }: Database,
  milliseconds: number,
): Promise<Drained> {
  const { Logger, run, runMigrations } = await import('graphile-worker');
  const logger = libraryLogger(Logger, log);
  await runMigrations({ pgPool: pool, logger });
  await schedule(owner, tasks);

  const counts = { succeeded: 0, failed: 0 };
  const events: WorkerEvents = new EventEmitter();
  events.on('job:success', () => (counts.succeeded += 1));
  events.on('job:error', () => (counts.failed += 1));
  const { promise: finished, resolve } = Promise.withResolvers<boolean>();
  events.on('worker:getJob:empty', () => resolve(true));
  const queue = createJobQueue(owner, { spreads: false });
  const runner = await run({
    pgPool: pool,
    concurrency: 1,
    noHandleSignals: true,
    parsedCronItems: [],
    preset: AWAITED_OUTCOMES,
    events,
    logger,
    taskList: taskList(tasks, { ...services, owner, queue }, log),
  });
  // It ends by itself only when something is wrong; then there is nothing to wait for.
  runner.promise.then(
    () => resolve(false),
    () => resolve(false),
  );
  const timer = setTimeout(() => resolve(false), milliseconds);
  try {
    const complete = await finished;
    await runner.stop();
    return { ...counts, complete };
  } finally {
    clearTimeout(timer);
  }
}

/** One for the job, one that listens, one that asks for the next. */
const CONNECTIONS = 3;
