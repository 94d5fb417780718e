import type { Database } from '@backhaul/db';
import type { Static, TSchema } from 'typebox';
import { Check } from 'typebox/value';
import type { Services } from '../services.ts';
import type { JobQueue } from './job-queue.ts';
import type { Schedule } from './schedule.ts';

/** What a task may use besides what requests do. */
export interface JobServices extends Services {
  /** Connected as the owner of the tables: sees which tenants there are, and may delete what the service's role may not. */
  readonly owner: Database;
  readonly queue: JobQueue;
}

/** Numbers and names for the log. Never a person, never a value of theirs. */
export type JobFacts = { readonly [name: string]: string | number };

/**
 * A kind of background work. A job of it may run twice, and at the same time as another of its kind: it is repeated when it
 * fails, and when the process that ran it was killed. It ends within seconds; what is longer puts its rest into the queue.
 */
export interface Task<Payload extends TSchema = TSchema> {
  /** Kept for ever: jobs of it may be in a queue. */
  readonly name: string;
  readonly payload: Payload;
  /** Runs by itself, with an empty payload. */
  readonly schedule?: Schedule;
  /** Answers what the log should say of it. */
  run(payload: Static<Payload>, services: JobServices): Promise<JobFacts>;
}

/** A task whose payload is checked when it runs, whoever has put it into the queue. */
export interface RunnableTask {
  readonly name: string;
  readonly schedule: Schedule | null;
  run(payload: unknown, services: JobServices): Promise<JobFacts>;
}

export function defineTask<Payload extends TSchema>(task: Task<Payload>): RunnableTask {
  return {
    name: task.name,
    schedule: task.schedule ?? null,
    run(payload, services) {
      if (!Check(task.payload, payload)) throw new TypeError(`A job of ${task.name} has another payload`);
      return task.run(payload, services);
    },
  };
}
