import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDatabaseBefore, type DatabaseBefore } from './testing/database-before.ts';

let database: DatabaseBefore;
beforeAll(async () => {
  database = await createDatabaseBefore('0018_charged_tasks.sql');
});
afterAll(() => database.drop());

const TENANT = '0190a3b2-0000-7000-8000-00000000000a';
const [first, second, task, other] = [1, 2, 3, 4].map((n) => `0190a3b2-0000-7000-8000-00000000000${n}`);

it('entries that were there before the look-up table are in it, deleted ones, too', async () => {
  const { pool } = database;
  await pool.query(`insert into tenants (tenant_id, name) values ('${TENANT}', 'Shining Homes')`);
  const line = (id: string | null | undefined) => ({ description: 'x', quantity: 1, unitPrice: 1, taskId: id });
  const entries = [
    [first, 1, [line(task), line(null), line(task)], null],
    [second, 2, [line(task), line(other)], '2026-11-20T00:00:00.000002Z'],
    ['0190a3b2-0000-7000-8000-000000000005', 3, null, null],
  ] as const;
  for (const [id, micros, lines, deletedAt] of entries) {
    await pool.query(
      `insert into finance_entries (tenant_id, id, title, amount, type, due_date, status, currency, kind, line_items,
         created_at, updated_at, deleted_at, field_versions)
       values ($1, $2, 'x', 1, 'receivable', '2026-11-20', 'pending', 'usd', 'invoiceClient', $3, $4, $4, $5, '{}')`,
      [TENANT, id, lines && JSON.stringify(lines), `2026-11-20T00:00:00.00000${micros}Z`, deletedAt],
    );
  }
  await database.apply();

  const { rows } = await pool.query('select task_id, entry_id, version from charged_tasks order by version, task_id');
  const at = (micros: number) => `2026-11-20T00:00:00.00000${micros}Z`;
  expect(rows).toEqual([
    { task_id: task, entry_id: first, version: at(1) },
    { task_id: task, entry_id: second, version: at(2) },
    { task_id: other, entry_id: second, version: at(2) },
  ]);
  expect((await pool.query('select read_to from charge_readings')).rows).toEqual([{ read_to: at(3) }]);
  const forced = await pool.query('select 1 from pg_class where relrowsecurity and not relforcerowsecurity');
  expect(forced.rows).toEqual([]);
});
