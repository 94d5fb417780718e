import type { Cursor, TenantId } from '@backhaul/shared';
import { Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';
import type { Tables } from './tables.ts';
import { typeParsers } from './type-parsers.ts';

/**
 * A pool of connections to one database in one role. Rows of tenants and people are read through `withTenant` and
 * `withDirectory` alone; `kysely` is for migrations, the worker and tests, and has no time limits.
 */
export interface Database {
  readonly kysely: Kysely<Tables>;
  readonly pool: Pool;
  /** Told of every tenant clock that a transaction through this database has moved, after its commit. Must not throw. */
  readonly onClockMoved?: (tenantId: TenantId, clock: Cursor) => void;
  /** Waits for the connections in use, then closes all of them. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly connectionString: string;
  /** Connections at most; 10 if left out. */
  readonly max?: number;
  /** Shown by `pg_stat_activity`. */
  readonly applicationName?: string;
  /** Told of an idle connection that was lost. The pool has dropped it already, so nothing needs to be done. */
  readonly onConnectionLost?: (error: Error) => void;
}

/** Connects lazily: a wrong address shows at the first query. */
export function createDatabase(options: DatabaseOptions): Database {
  const pool = new Pool({
    connectionString: options.connectionString,
    max: options.max ?? 10,
    application_name: options.applicationName ?? 'backhaul',
    types: typeParsers,
    connectionTimeoutMillis: CONNECTION_WAIT_MS,
    keepAlive: true,
  });
  // Without a listener, the end of an idle connection would end the process.
  pool.on('error', (error) => options.onConnectionLost?.(error));
  // Nor does the pool listen to one that is in use; whoever uses it hears of its end from the next statement.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  // Not `kysely.destroy()`, which leaves the pool open when no query ever went through this instance.
  return { kysely, pool, close: () => pool.end() };
}

/** Longest wait for a connection, be it that all are in use or that the server does not answer. */
const CONNECTION_WAIT_MS = 30_000;
