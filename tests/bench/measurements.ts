import type { PushChange } from '@backhaul/shared';
import { type Bench, type BenchTenant, newTask } from './bench-client.ts';

export interface Measured {
  readonly name: string;
  readonly unit: string;
  readonly ours: string;
  readonly bare: string;
  readonly ratio: string;
}

const BATCH = 500;
const ROUNDS = 20;

/** Batches of new tasks through the push route, against the same rows in one `insert` of the same columns each. */
export async function pushRows(bench: Bench): Promise<Measured> {
  const tenant = await bench.newTenant();
  await bench.bare.query('create temporary table bare_tasks (like tasks including indexes)');
  const ours: number[] = [];
  const bare: number[] = [];
  for (let round = -1; round < ROUNDS; round += 1) {
    const changes = Array.from({ length: BATCH }, (_, index) => newTask(index));
    const took = await timed(async () => {
      const answer = await tenant.push(changes);
      if (answer.applied.length !== BATCH) throw new Error('Not every change was applied');
    });
    const bareTook = await timed(() => insertBare(bench, tenant, changes, round));
    // The first round warms both up.
    if (round >= 0) {
      ours.push(took);
      bare.push(bareTook);
    }
  }
  const perSecond = (samples: number[]): number => (BATCH / median(samples)) * 1000;
  return compared('push, batches of 500 new tasks', 'rows/s', perSecond(ours), perSecond(bare), 'higher');
}

async function insertBare({ bare }: Bench, tenant: BenchTenant, changes: readonly PushChange[], round: number) {
  const rows = changes.map(({ entityId, payload }, index) => ({
    id: entityId,
    title: payload?.title,
    date: payload?.date,
    start_time: payload?.startTime,
    end_time: payload?.endTime,
    status: payload?.status,
    client_name: payload?.clientName,
    sealed: `\\x${Buffer.from(JSON.stringify([payload?.address, payload?.notes])).toString('hex')}`,
    updated_at: new Date(Date.UTC(2026, 0, 1) + (round + 1) * BATCH + index).toISOString(),
  }));
  await bare.query(
    `insert into bare_tasks (tenant_id, id, title, date, start_time, end_time, status, client_name, sealed,
       created_at, updated_at, field_versions)
     select $1, id, title, date, start_time, end_time, status, client_name, sealed, updated_at, updated_at, '{}'
     from jsonb_to_recordset($2::jsonb) as new (id uuid, title text, date date, start_time timestamptz,
       end_time timestamptz, status text, client_name text, sealed bytea, updated_at timestamptz)`,
    [tenant.tenantId, JSON.stringify(rows)],
  );
}

/** A first pull of 10,000 tasks in pages, against a keyset scan of the same rows and columns in pages of that size. */
export async function initialPull(bench: Bench): Promise<Measured> {
  const tenant = await bench.newTenant();
  const rows = 10_000;
  for (let done = 0; done < rows; done += BATCH) {
    await tenant.push(Array.from({ length: BATCH }, (_, index) => newTask(done + index)));
  }
  const ours: number[] = [];
  const bare: number[] = [];
  for (let round = -1; round < 5; round += 1) {
    const took = await timed(() => pullAll(tenant, rows));
    const bareTook = await timed(() => scanBare(bench, tenant, rows));
    if (round >= 0) {
      ours.push(took);
      bare.push(bareTook);
    }
  }
  const perSecond = (samples: number[]): number => (rows / median(samples)) * 1000;
  return compared('initial pull of 10,000 tasks, pages of 500', 'rows/s', perSecond(ours), perSecond(bare), 'higher');
}

async function pullAll(tenant: BenchTenant, expected: number): Promise<void> {
  let count = 0;
  let since: string | undefined;
  for (;;) {
    const page = await tenant.pull(since, BATCH);
    count += page.changes.length;
    since = page.nextCursor;
    if (!page.hasMore) break;
  }
  if (count !== expected) throw new Error(`Pulled ${count} of ${expected} rows`);
}

async function scanBare({ bare }: Bench, { tenantId }: BenchTenant, expected: number): Promise<void> {
  let count = 0;
  let after = '-infinity';
  for (;;) {
    const { rows } = await bare.query(
      `select *, updated_at::text as position from tasks where tenant_id = $1 and updated_at > $2
       order by updated_at limit $3`,
      [tenantId, after, BATCH],
    );
    count += rows.length;
    if (rows.length < BATCH) break;
    after = rows.at(-1).position;
  }
  if (count !== expected) throw new Error(`Scanned ${count} of ${expected} rows`);
}

/** A pull with nothing new, against one read of the tenant's clock. */
export async function idlePull(bench: Bench): Promise<Measured> {
  const tenant = await bench.newTenant();
  const { nextCursor } = await tenant.pull(undefined, BATCH);
  const ours: number[] = [];
  const bare: number[] = [];
  for (let round = -50; round < 500; round += 1) {
    const took = await timed(() => tenant.pull(nextCursor, BATCH));
    const bareTook = await timed(() =>
      bench.bare.query('select clock from tenant_clocks where tenant_id = $1', [tenant.tenantId]),
    );
    if (round >= 0) {
      ours.push(took);
      bare.push(bareTook);
    }
  }
  return compared('idle pull (over HTTP, token verified)', 'ms', median(ours), median(bare), 'lower');
}

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

export function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] as number;
}

/** The ratio says how many times more time Backhaul takes than the bare statement. */
export function compared(name: string, unit: string, ours: number, bare: number, better: 'higher' | 'lower'): Measured {
  const ratio = better === 'higher' ? bare / ours : ours / bare;
  return { name, unit, ours: figure(ours), bare: figure(bare), ratio: `${ratio.toFixed(1)}x` };
}

function figure(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(2);
}
