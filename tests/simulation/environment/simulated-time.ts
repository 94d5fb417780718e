/**
 * PostgreSQL's clock, in the hands of the simulation: a function of the same name in a schema that is searched before
 * `pg_catalog`. `at` is the time; while it is `null` the real clock counts.
 */
export const SIMULATED_TIME = `
  create schema sim;
  create table sim.clock (at timestamptz);
  insert into sim.clock values (null);
  create function sim.clock_timestamp() returns timestamptz language sql volatile as
    $$ select coalesce(at, pg_catalog.clock_timestamp()) from sim.clock $$;
  grant usage on schema sim to backhaul_app;
  grant select on sim.clock to backhaul_app;
`;

/** A clone of a database does not inherit its settings. */
export function simulatedTimeFor(database: string): string {
  return `alter database ${database} set search_path = public, sim, pg_catalog`;
}
