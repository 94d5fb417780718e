import { sql } from 'kysely';
import type { Database } from '../create-database.ts';
import { JOBS_SCHEMA } from './jobs-schema.ts';

export interface NewJob {
  readonly task: string;
  readonly payload: object;
  /** At most one waiting job has it: another one with the same key takes its place. */
  readonly key: string;
  /** Milliseconds from now, by the database's clock, which is the one that says what is due. */
  readonly delay: number;
}

/**
 * Puts jobs into the queue, as the owner. A job that waits under the same key keeps its time; one that is running under it is
 * followed by the new one. One statement, whatever their number; no two may have the same key.
 */
export async function addJobs(owner: Database, jobs: readonly NewJob[]): Promise<void> {
  if (jobs.length === 0) return;
  const schema = sql.id(JOBS_SCHEMA);
  await sql`
    select count(*) from ${schema}.add_jobs((
      select array_agg(jsonb_populate_record(null::${schema}.job_spec, jsonb_build_object(
        'identifier', task, 'payload', payload, 'job_key', key, 'run_at', now() + delay * interval '1 millisecond')))
      from jsonb_to_recordset(${JSON.stringify(jobs)}::jsonb) as new (task text, payload jsonb, key text, delay float8)
    ), true)
  `.execute(owner.kysely);
}

/** When jobs are due is the database's to say: clocks of instances differ. */
export async function readDatabaseTime(owner: Database): Promise<Date> {
  const { rows } = await sql<{ now: string }>`select now() as now`.execute(owner.kysely);
  return new Date(rows[0]?.now ?? Number.NaN);
}
