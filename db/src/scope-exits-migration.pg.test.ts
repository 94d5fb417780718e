import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDatabaseBefore, type DatabaseBefore } from './testing/database-before.ts';

let database: DatabaseBefore;
beforeAll(async () => {
  database = await createDatabaseBefore('0005_scope_exits.sql');
});
afterAll(() => database.drop());

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
  await database.apply();

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
