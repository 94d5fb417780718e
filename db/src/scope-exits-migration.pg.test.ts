import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createDatabase, type Database } from './create-database.ts';
import { databaseUrl } from './testing/test-server.ts';

const MIGRATION = '0005_scope_exits.sql';
const FOLDER = new URL('../migrations/', import.meta.url);
const name = `test_scope_migration_${randomBytes(8).toString('hex')}`;
const owner = `${name}_owner`;
let server: Database;
let database: Database;

beforeAll(async () => {
  server = createDatabase({ connectionString: inject('postgresOwnerUrl'), max: 1 });
  await server.pool.query(`create database ${name}`);
  // Not a superuser: row-level security binds the owner, too.
  await server.pool.query(`create role ${owner}`);
  database = createDatabase({ connectionString: databaseUrl(inject('postgresOwnerUrl'), name), max: 1 });
  const earlier = (await readdir(FOLDER)).filter((file) => file < MIGRATION).sort();
  for (const file of earlier) await database.pool.query(await readFile(new URL(file, FOLDER), 'utf8'));
});
afterAll(async () => {
  await database.close();
  await server.pool.query(`drop database ${name} with (force)`);
  await server.pool.query(`drop role ${owner}`);
  await server.close();
});

it('devices of employees pull anew after the release that lets them see clients, and no others', async () => {
  const { pool } = database;
  const tenant = '0190a3b2-0000-7000-8000-00000000000a';
  const before = '2026-11-20T00:00:00.000001Z';
  await pool.query(`insert into tenants (tenant_id, name) values ('${tenant}', 'Shining Homes')`);
  await pool.query(
    `insert into tenant_clocks (tenant_id, clock, origin) values ('${tenant}', '${before}', '${before}')`,
  );
  await pool.query(
    `insert into members (tenant_id, user_id, role, status, scope_version) values
       ('${tenant}', 'marta', 'manager', 'active', '${before}'), ('${tenant}', 'ana', 'employee', 'active', '${before}')`,
  );
  const { rows: tables } = await pool.query<{ tablename: string }>(
    "select tablename from pg_tables where schemaname = 'public'",
  );
  for (const { tablename } of tables) await pool.query(`alter table ${tablename} owner to ${owner}`);
  await pool.query(`grant create, usage on schema public to ${owner}; set role ${owner}`);
  await pool.query(await readFile(new URL(MIGRATION, FOLDER), 'utf8'));
  await pool.query('reset role');

  const { rows } = await pool.query<{ user_id: string; clock: string; scope_version: string }>(
    'select user_id, clock, scope_version from members join tenant_clocks using (tenant_id) order by user_id',
  );
  const [ana, marta] = rows;
  expect(ana?.clock).not.toBe(before);
  expect(ana?.scope_version).toBe(ana?.clock);
  expect(marta?.scope_version).toBe(before);
  const forced = await pool.query('select 1 from pg_class where relrowsecurity and not relforcerowsecurity');
  expect(forced.rows).toEqual([]);
});
