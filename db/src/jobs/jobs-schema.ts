/**
 * Where graphile-worker keeps its queue. The library makes and migrates it, the owner of the tables runs it, and the role that
 * serves requests has no rights in it; so it is left out of the schema dump and of the rules for tenants' tables. Its payloads
 * name tenants and records, never people or values.
 */
export const JOBS_SCHEMA = 'graphile_worker';
