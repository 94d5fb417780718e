import { addJobs, type Database, readDatabaseTime } from '@backhaul/db';
import { nextRun } from './schedule.ts';
import type { RunnableTask } from './task.ts';

export interface NewJob {
  readonly task: string;
  readonly payload: object;
  /** At most one waiting job has it. */
  readonly key: string;
  /** From 0 to below 1: when in the time over which its batch is spread; at once if left out. */
  readonly position?: number;
  /** Milliseconds before which it must not run, whoever runs it. */
  readonly notBefore?: number;
}

export interface JobQueue {
  /** Puts jobs into the queue, spread over so many milliseconds. One that waits under the same key keeps its time. */
  add(jobs: readonly NewJob[], over?: number): Promise<void>;
}

/** `spreads: false`: whoever runs the jobs is not there later, so all of them are due at once. */
export function createJobQueue(owner: Database, { spreads }: { readonly spreads: boolean }): JobQueue {
  return {
    add: (jobs, over = 0) =>
      addJobs(
        owner,
        jobs.map(({ task, payload, key, position = 0, notBefore = 0 }) => ({
          task,
          payload,
          key,
          delay: Math.max(notBefore, spreads ? Math.round(position * over) : 0),
        })),
      ),
  };
}

/** A scheduled task always has a job that waits. Where none does, it has never run, or has failed for good: it is due now. */
export function schedule(owner: Database, tasks: readonly RunnableTask[]): Promise<void> {
  const scheduled = tasks.filter((task) => task.schedule !== null);
  return addJobs(
    owner,
    scheduled.map(({ name }) => ({ task: name, payload: {}, key: scheduleKey(name), delay: 0 })),
  );
}

/** After a run that succeeded; until then, the job that runs is the one that waits. */
export async function scheduleNext(owner: Database, task: RunnableTask): Promise<void> {
  if (task.schedule === null) return;
  const now = await readDatabaseTime(owner);
  const delay = nextRun(task.schedule, now).getTime() - now.getTime();
  await addJobs(owner, [{ task: task.name, payload: {}, key: scheduleKey(task.name), delay }]);
}

const scheduleKey = (task: string) => `schedule:${task}`;
