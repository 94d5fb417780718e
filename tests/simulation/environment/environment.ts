import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase, type Database, ensureAppRole, migrate, startEmbeddedPostgres } from '@backhaul/db';
import { SIMULATED_TIME, simulatedTimeFor } from './simulated-time.ts';

/** A PostgreSQL and a database in it that one scenario after the other runs in, each in a tenant of its own. */
export interface Environment {
  readonly ownerUrl: string;
  readonly appUrl: string;
  /** A superuser: what the oracle and the clock of the simulation use. */
  readonly owner: Database;
  close(): Promise<void>;
}

/** `url`: of the owner of a server that runs already. */
export async function openEnvironment({ url }: { readonly url: string | null }): Promise<Environment> {
  const server = url === null ? await startServer() : { url, stop: () => Promise.resolve() };
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
    async close() {
      await owner.close();
      await admin.pool.query(`drop database ${name} with (force)`);
      await admin.close();
      await server.stop();
    },
  };
}

interface Server {
  readonly url: string;
  stop(): Promise<void>;
}

export async function startServer(): Promise<Server> {
  const dataDir = await mkdtemp(join(tmpdir(), 'backhaul-sim-'));
  const server = await startEmbeddedPostgres({
    dataDir,
    settings: { max_connections: '100', fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' },
  });
  return {
    url: server.connectionString,
    async stop() {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
