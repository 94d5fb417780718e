// How long a purge keeps a tenant's writers waiting, and what it takes as a whole: `node tests/bench/measure-purge.ts 1000000`.
// Rows are inserted by one statement, not through the engine: a million pushes would take an hour.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase, lockTenantClock, migrate, startEmbeddedPostgres, withTenant } from '@backhaul/db';
import { purgeTenant, type PurgeProgress } from '@backhaul/server/testing';
import { fieldService, parseTenantId, type TenantId } from '@backhaul/shared';

const count = Number(process.argv[2] ?? 1_000_000);
const LIVE = 50_000;
const BATCH = 1_000;
const tenantId = parseTenantId('0190a3b2-0000-7000-8000-000000000001') as TenantId;

const dataDir = await mkdtemp(join(tmpdir(), 'backhaul-purge-'));
const postgres = await startEmbeddedPostgres({ dataDir });
const owner = createDatabase({ connectionString: postgres.connectionString, max: 4 });
try {
  await migrate(owner);
  await fill();
  const waits: number[] = [];
  const done = new AbortController();
  // Somebody who writes all the time: what the clock's lock makes them wait is what users feel.
  const writer = (async () => {
    while (!done.signal.aborted) {
      const asked = performance.now();
      await withTenant(owner, tenantId, async (tx) => {
        await lockTenantClock(tx);
        waits.push(performance.now() - asked);
      });
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  const started = performance.now();
  let purged = 0;
  let jobs = 0;
  let from: PurgeProgress | null = null;
  do {
    const part: Awaited<ReturnType<typeof purgeTenant>> = await purgeTenant(owner, {
      tenantId,
      domain: fieldService,
      limits: { batch: BATCH, batches: 40 },
      from,
    });
    purged += part.purged;
    from = part.progress;
    jobs += 1;
  } while (from !== null);
  const seconds = (performance.now() - started) / 1000;
  done.abort();
  await writer;
  waits.sort((a, b) => a - b);
  const quantile = (share: number) => (waits[Math.floor((waits.length - 1) * share)] ?? 0).toFixed(0);
  process.stdout.write(
    `${purged} tombstones in ${seconds.toFixed(1)} s, ${jobs} jobs, ${Math.ceil(purged / BATCH)} transactions\n` +
      `a writer waited: median ${quantile(0.5)} ms, p99 ${quantile(0.99)} ms, longest ${quantile(1)} ms (${waits.length} writes)\n`,
  );
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
    `insert into tasks (tenant_id, id, title, date, status, sealed, created_at, updated_at, deleted_at, field_versions)
     select $1, gen_random_uuid(), 'task ' || n, '2026-01-01', 'scheduled', decode(repeat('00', 120), 'hex'), $2,
       $2::timestamptz + n * interval '1 microsecond',
       case when n <= $3 then $2::timestamptz + n * interval '1 microsecond' end,
       jsonb_build_object('*', $4::jsonb)
     from generate_series(1, $3::int + $5::int) as n`,
    [tenantId, start, count, write, LIVE],
  );
  await owner.pool.query('analyze tasks');
}
