// What it costs to learn which entries charge the tasks of an invoice, as each send and each generation does:
// `node tests/bench/measure-billing.ts 20000`. Invoices are inserted by one statement, not through the engine.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createDatabase,
  ensureAppRole,
  findChargedTasks,
  findTasksNamedTwice,
  lockTenantClock,
  migrate,
  readCharges,
  readChargesTo,
  startEmbeddedPostgres,
  withTenant,
} from '@backhaul/db';
import { parseTenantId, type RecordId, type TenantId } from '@backhaul/shared';

const count = Number(process.argv[2] ?? 20_000);
const LINES = 20;
const ROUNDS = 21;
const tenantId = parseTenantId('0190a3b2-0000-7000-8000-000000000001') as TenantId;

const dataDir = await mkdtemp(join(tmpdir(), 'backhaul-billing-'));
const postgres = await startEmbeddedPostgres({ dataDir });
const owner = createDatabase({ connectionString: postgres.connectionString, max: 1 });
try {
  await migrate(owner);
  await fill();
  const app = createDatabase({
    connectionString: await ensureAppRole(postgres.connectionString, 'measure'),
    max: 1,
  });
  await measureTwice('before anything is read');
  const begun = performance.now();
  let reads = 0;
  for (let [before, after]: [unknown, unknown] = [0, null]; before !== after; reads += 1) {
    before = after;
    after = await withTenant(app, tenantId, async (tx) => {
      await lockTenantClock(tx);
      await readCharges(tx);
      return readChargesTo(tx);
    });
  }
  const each = ((performance.now() - begun) / reads).toFixed(0);
  process.stdout.write(`reading what is new: ${reads} transactions of ${each} ms\n`);
  await measureTwice('when all is read');
  for (const tasks of [LINES, 5_000]) {
    const { rows } = await owner.pool.query<{ id: RecordId }>(
      `select item->>'taskId' as id from finance_entries, jsonb_array_elements(line_items) item order by random() limit $1`,
      [tasks],
    );
    const taskIds = rows.map(({ id }) => id);
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const started = performance.now();
      await withTenant(app, tenantId, (tx) => findChargedTasks(tx, { kind: 'invoiceClient', taskIds }));
      times.push(performance.now() - started);
    }
    const first = (times[0] ?? 0).toFixed(0);
    times.sort((a, b) => a - b);
    const median = (times[Math.floor(ROUNDS / 2)] ?? 0).toFixed(1);
    process.stdout.write(`${tasks} tasks of ${count} invoices: first ${first} ms, median ${median} ms\n`);
  }
  await app.close();

  async function measureTwice(when: string): Promise<void> {
    for (const [name, to] of [
      ['a month', '2026-01-31'],
      ['a year', '2026-12-31'],
    ] as const) {
      const times: number[] = [];
      for (let round = 0; round < 5; round += 1) {
        const started = performance.now();
        await withTenant(app, tenantId, (tx) =>
          findTasksNamedTwice(tx, { kind: 'invoiceClient', from: '2026-01-01', to }),
        );
        times.push(performance.now() - started);
      }
      const median = (times.sort((a, b) => a - b)[2] ?? 0).toFixed(0);
      process.stdout.write(`tasks named twice in ${name}, ${when}: median ${median} ms\n`);
    }
  }
} finally {
  await owner.close();
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
}

async function fill(): Promise<void> {
  const start = '2026-01-01T00:00:00Z';
  await owner.pool.query(`insert into tenants (tenant_id, name) values ($1, 'Large')`, [tenantId]);
  await owner.pool.query(`insert into tenant_clocks (tenant_id, clock, origin) values ($1, now(), $2)`, [
    tenantId,
    start,
  ]);
  const write = `{"version": "2026-01-01T00:00:00.000000Z", "device": null, "at": "2026-01-01T00:00:00.000Z"}`;
  await owner.pool.query(
    `insert into finance_entries (tenant_id, id, title, amount, type, due_date, status, currency, kind, line_items,
       created_at, updated_at, field_versions, period_start, period_end)
     select $1, gen_random_uuid(), 'invoice ' || n, 1200, 'receivable', '2026-01-15', 'pending', 'usd', 'invoiceClient',
       (select jsonb_agg(jsonb_build_object('description', '2026-01-01 Kitchen and windows ' || line, 'quantity', 1,
          'unitPrice', 60, 'taskId', gen_random_uuid())) from generate_series(1, $4::int + n * 0) as line),
       $2, $2::timestamptz + n * interval '1 microsecond', jsonb_build_object('*', $5::jsonb),
       date '2026-01-01' + (n % 12) * interval '1 month', date '2026-01-28' + (n % 12) * interval '1 month'
     from generate_series(1, $3::int) as n`,
    [tenantId, start, count, LINES, write],
  );
  await owner.pool.query('analyze finance_entries');
}
