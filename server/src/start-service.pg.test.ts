import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '@backhaul/db/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadConfig } from './config/load-config.ts';
import { startService } from './start-service.ts';

let database: TestDatabase;
let folder: string;
beforeEach(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'backhaul-start-'));
});
afterEach(async () => {
  await database.drop();
  await rm(folder, { recursive: true });
});

const start = (urls: { readonly DATABASE_URL?: string; readonly DATABASE_APP_URL: string }) =>
  startService(
    loadConfig(
      {
        NODE_ENV: 'test',
        PORT: '0',
        BACKHAUL_DEMO: 'false',
        BACKHAUL_WEB: 'no-web-app',
        BACKHAUL_DATA: folder,
        ...urls,
      },
      folder,
    ),
    { kind: 'json', level: 'silent', write: () => {} },
  );

/** `null`: there is no queue. The first run may be under way or just over; what waits next has the key at every moment. */
async function scheduled(): Promise<string[] | null> {
  const { rows } = await database.owner.pool.query(`select 1 from pg_namespace where nspname = 'graphile_worker'`);
  if (rows.length === 0) return null;
  const jobs = await database.owner.pool.query<{ key: string }>(
    'select key from graphile_worker.jobs where key is not null',
  );
  return jobs.rows.map(({ key }) => key).toSorted();
}

const connections = async (): Promise<unknown> =>
  (
    await database.owner.pool.query(
      `select application_name as name from pg_stat_activity
       where datname = current_database() and application_name not like 'test_%'`,
    )
  ).rows;

it('who knows the owner runs jobs while the service lives, and nothing is left of them when it stops', async () => {
  const service = await start({ DATABASE_URL: database.ownerUrl, DATABASE_APP_URL: database.appUrl });
  expect(await scheduled()).toEqual(['schedule:housekeeping', 'schedule:sweep-messages']);
  await service.stop();
  await expect.poll(connections).toEqual([]);
  expect(await scheduled()).toEqual(['schedule:housekeeping', 'schedule:sweep-messages']);
});

it('who knows the application role alone runs none', async () => {
  const service = await start({ DATABASE_APP_URL: database.appUrl });
  expect(await scheduled()).toBeNull();
  await service.stop();
});

it('two that start at once on a new database share one queue', async () => {
  const urls = { DATABASE_URL: database.ownerUrl, DATABASE_APP_URL: database.appUrl };
  const services = await Promise.all([start(urls), start(urls)]);
  expect(await scheduled()).toEqual(['schedule:housekeeping', 'schedule:sweep-messages']);
  await Promise.all(services.map((service) => service.stop()));
});
