import { sql } from 'kysely';
import type { Database } from '../create-database.ts';
import { JOBS_SCHEMA } from './jobs-schema.ts';

export interface NewJob {
  readonly task: string;
  readonly payload: object;
  /** At most one waiting job has it: another one with the same key takes its place. */
  readonly key: string;
  /** ISO-8601 UTC. */
  readonly runAt: string;
}

/**
 * Puts jobs into the queue, as the owner. A job that waits under the same key keeps its time; one that is running under it is
 * followed by the new one. One statement, whatever their number; no two may have the same key.
 */
export async function addJobs(owner: Database, jobs: readonly NewJob[]): Promise<void> {
  if (jobs.length === 0) return;
  const specs = jobs.map(({ task, payload, key, runAt }) => ({
    identifier: task,
    payload,
    job_key: key,
    run_at: runAt,
  }));
  const schema = sql.id(JOBS_SCHEMA);
  await sql`
    select count(*) from ${schema}.add_jobs(
      (select array_agg(spec) from json_populate_recordset(null::${schema}.job_spec, ${JSON.stringify(specs)}::json) as spec),
      true)
  `.execute(owner.kysely);
}
