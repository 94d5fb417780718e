import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { createDatabase } from '../create-database.ts';
import { startEmbeddedPostgres } from '../embedded/embedded-postgres.ts';
import { ensureAppRole } from '../ensure-app-role.ts';
import { migrate } from '../migrate.ts';
import { databaseUrl, TEMPLATE } from './test-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Of the server that this run started; the owner, in the database `postgres`. */
    postgresOwnerUrl: string;
    /** Of the application role, in the same database. */
    postgresAppUrl: string;
  }
}

/** One PostgreSQL for the whole run, and in it the template that each suite clones. */
export default async function startTestServer(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'backhaul-test-'));
  const server = await startEmbeddedPostgres({
    dataDir,
    settings: {
      max_connections: '300',
      // The data lives as long as the run.
      fsync: 'off',
      full_page_writes: 'off',
      synchronous_commit: 'off',
    },
  });
  const stop = async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    project.provide('postgresOwnerUrl', server.connectionString);
    project.provide('postgresAppUrl', await createTemplate(server.connectionString));
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}

async function createTemplate(ownerUrl: string): Promise<string> {
  const server = createDatabase({ connectionString: ownerUrl, max: 1 });
  const template = createDatabase({ connectionString: databaseUrl(ownerUrl, TEMPLATE), max: 1 });
  try {
    await server.pool.query(`create database ${TEMPLATE}`);
    await migrate(template);
    return await ensureAppRole(ownerUrl, 'backhaul-test');
  } finally {
    // A template with a connection can't be cloned.
    await template.close();
    await server.close();
  }
}
