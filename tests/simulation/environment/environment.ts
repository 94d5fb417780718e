import { randomBytes } from 'node:crypto';
import { createDatabase, type Database, ensureAppRole, migrate } from '@backhaul/db';
import { startDurableServer, startServer } from './server.ts';
import { SIMULATED_TIME, simulatedTimeFor } from './simulated-time.ts';

/** A PostgreSQL and a database in it that one scenario after the other runs in, each in a tenant of its own. */
export interface Environment {
  /** SIGKILL to PostgreSQL, and its start again; `null` where others use the same server. */
  readonly crash: (() => Promise<void>) | null;
  /** Resolves when PostgreSQL serves, which it does not for a while after a crash. */
  ready(): Promise<void>;
  readonly ownerUrl: string;
  readonly appUrl: string;
  /** A superuser: what the oracle and the clock of the simulation use. */
  readonly owner: Database;
  close(): Promise<void>;
}

/**
 * `url`: of the owner of a server that runs already. `durable`: on a server of its own that can be killed and has to keep what
 * it has committed.
 */
export async function openEnvironment({ url, durable = false }: EnvironmentOptions): Promise<Environment> {
  const server = durable
    ? await startDurableServer()
    : {
        crash: null,
        ready: () => Promise.resolve(),
        ...(url === null ? await startServer() : { url, stop: () => Promise.resolve() }),
      };
  const name = `sim_${randomBytes(6).toString('hex')}`;
  const admin = createDatabase({ connectionString: server.url, max: 1 });
  await admin.pool.query(`create database ${name}`);
  const ownerUrl = databaseUrl(server.url, name);
  const owner = createDatabase({ connectionString: ownerUrl, max: 4 });
  await migrate(owner);
  await owner.pool.query(SIMULATED_TIME);
  await admin.pool.query(simulatedTimeFor(name));
  const appUrl = databaseUrl(await ensureAppRole(server.url, 'backhaul-test'), name);
  return {
    ownerUrl,
    appUrl,
    owner,
    crash: server.crash,
    ready: () => server.ready(),
    async close() {
      await owner.close();
      await admin.pool.query(`drop database ${name} with (force)`);
      await admin.close();
      await server.stop();
    },
  };
}

export interface EnvironmentOptions {
  readonly url: string | null;
  readonly durable?: boolean;
}

function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
