import type { Logger, TaskList } from 'graphile-worker';
import { type ErrorFacts, errorFacts } from '../http/error-log.ts';
import { isUnavailable } from '../infra/database-errors.ts';
import { scheduleNext } from './job-queue.ts';
import type { JobServices, RunnableTask } from './task.ts';

/** The part of the service's logger that jobs use. */
export interface JobLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** What the queue keeps of a failure, in its own table: no message of a database, which may quote a row. */
class JobFailure extends Error {
  override readonly name = 'JobFailure';

  constructor({ name, code, constraint }: ErrorFacts) {
    super([name, code, constraint].filter((fact) => fact !== undefined).join(' '));
  }
}

/** The tasks as the library runs them: logged, and without anything in their errors that is nobody's business. */
export function taskList(tasks: readonly RunnableTask[], services: JobServices, log: JobLog): TaskList {
  return Object.fromEntries(
    tasks.map((task) => [task.name, (payload: unknown) => runTask(task, payload, services, log)]),
  );
}

async function runTask(task: RunnableTask, payload: unknown, services: JobServices, log: JobLog): Promise<void> {
  const started = performance.now();
  const facts = () => ({ task: task.name, milliseconds: Math.round(performance.now() - started) });
  try {
    const result = await task.run(payload, services);
    await scheduleNext(services.owner, task);
    log.info({ ...facts(), ...result }, 'job');
  } catch (error) {
    const cause = errorFacts(error);
    log[isUnavailable(error) ? 'warn' : 'error']({ ...facts(), cause }, 'job failed, and is repeated later');
    throw new JobFailure(cause);
  }
}

/** What the library says of itself: that something went wrong, and its kind. Its own messages quote errors. */
export function libraryLogger(create: typeof Logger, log: JobLog): Logger {
  return new create(() => (level, _message, meta) => {
    // A task that failed has been logged.
    if (meta.failure === true || (level !== 'error' && level !== 'warning')) return;
    log.warn({ cause: errorFacts(meta.error) }, 'job queue');
  });
}

/** Without these, the library does not wait for the outcome of the last jobs to be stored when it is stopped. */
export const AWAITED_OUTCOMES: GraphileConfig.Preset = {
  worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 },
};
