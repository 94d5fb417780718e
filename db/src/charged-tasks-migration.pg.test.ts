import { inject } from 'vitest';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDatabase } from './create-database.ts';
import { createDatabaseBefore, type DatabaseBefore } from './testing/database-before.ts';
import { databaseUrl } from './testing/test-server.ts';

let database: DatabaseBefore;
beforeAll(async () => {
  database = await createDatabaseBefore('0018_charged_tasks.sql');
});
afterAll(() => database.drop());

it('the look-up of charged tasks is made beside transactions that read and write finance entries', async () => {
  const { pool } = database;
  const tenant = '0190a3b2-0000-7000-8000-00000000000a';
  await pool.query(`insert into tenants (tenant_id, name) values ('${tenant}', 'Shining Homes')`);
  // `apply` makes another role the owner first, which locks every table: done before somebody works.
  await database.prepare();
  const { rows } = await pool.query<{ name: string }>('select current_database() as name');
  const name = rows[0]?.name ?? '';
  const service = createDatabase({ connectionString: databaseUrl(inject('postgresOwnerUrl'), name), max: 1 });
  const client = await service.pool.connect();
  try {
    await client.query('begin');
    await client.query(
      `insert into finance_entries (tenant_id, id, title, amount, type, due_date, status, currency, kind,
         created_at, updated_at, field_versions)
       values ($1, $1, 'x', 1, 'receivable', '2026-11-20', 'pending', 'usd', 'invoiceClient', now(), now(), '{}')`,
      [tenant],
    );
    await pool.query(`set lock_timeout = '2s'`);
    await database.apply();
    await client.query('commit');
  } finally {
    client.release(true);
    await service.close();
  }
  expect((await pool.query('select 1 from finance_entries')).rowCount).toBe(1);
  const forced = await pool.query('select 1 from pg_class where relrowsecurity and not relforcerowsecurity');
  expect(forced.rows).toEqual([]);
});
