// What a manager waits for in a tenant with very many conflicts: `node tests/bench/measure-conflicts.ts 1000000`.
// Rows are inserted by statements, not through the engine: a million collisions would take a day.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@backhaul/db';
import { loadConfig, startService } from '@backhaul/server';
import type { ConflictsResponse, CreateTenantResponse, DevSignInResponse } from '@backhaul/shared';
import { Client } from 'pg';

const count = Number(process.argv[2] ?? 1_000_000);
const ROUNDS = 30;
const RESTORED = 100;
/** Statements of at most so many rows. */
const PART = 50_000;

const directory = await mkdtemp(join(tmpdir(), 'backhaul-conflicts-'));
const postgres = await startEmbeddedPostgres({ dataDir: join(directory, 'postgres') });
const owner = new Client({ connectionString: postgres.connectionString });
try {
  const environment = {
    PORT: '0',
    DATABASE_URL: postgres.connectionString,
    BACKHAUL_DATA: directory,
    BACKHAUL_DEMO: 'false',
  };
  const log = { kind: 'json', level: 'silent', write: () => {} } as const;
  const service = await startService(loadConfig(environment, directory), log);
  await owner.connect();
  try {
    await measure(service.address);
  } finally {
    await owner.end();
    await service.stop();
  }
} finally {
  await postgres.stop();
  await rm(directory, { recursive: true, force: true });
}

async function measure(url: string): Promise<void> {
  const { token } = await send<DevSignInResponse>(`${url}/dev/sign-in`, {}, { email: 'bench@example.com', name: 'B' });
  const signedIn = { authorization: `Bearer ${token}` };
  const { id: tenantId } = await send<CreateTenantResponse>(`${url}/v1/tenants`, signedIn, { name: 'Large' });
  const headers = { ...signedIn, 'x-tenant-id': tenantId };
  await fill(tenantId);
  const device = '10000000-0000-7000-8000-000000000001';
  const filters = ['', 'status=open', 'entity=team', 'kind=editedOverDelete', 'policy=ask', 'author=user_1'];
  for (const filter of [...filters, `device=${device}`, `device=${device}&status=open`, 'author=user_1&status=open']) {
    const list = await median(() => send(`${url}/v1/conflicts?limit=100&order=desc&${filter}`, headers));
    const counts = await median(() => send(`${url}/v1/conflicts/counts?${filter}`, headers));
    print(`${filter || '(all)'} | ${list} | ${counts}`);
  }
  const { conflicts } = await send<ConflictsResponse>(`${url}/v1/conflicts?status=open&limit=1000`, headers);
  let next = 0;
  const bulk = await median(async () => {
    const ids = conflicts.slice(next, (next += RESTORED)).map(({ id }) => id);
    await send(`${url}/v1/conflicts/resolve`, headers, { ids, resolution: 'restore' });
  }, 10);
  print(`restore ${RESTORED} at once | ${bulk} |`);
  const record = conflicts.at(-1)?.entityId;
  print(`history of a record | ${await median(() => send(`${url}/v1/records/task/${record}/history`, headers))} |`);
}

/** One task for three conflicts; one in 20 is open; 60 devices and 40 people, some of them busy. */
async function fill(tenantId: string): Promise<void> {
  const version = `timestamptz '2026-01-01' + n * interval '1 millisecond'`;
  const id = (kind: number, n: string) => `('${kind}0000000-0000-7000-8000-' || lpad((${n})::text, 12, '0'))::uuid`;
  for (let first = 1; first <= count; first += PART) {
    const range = [tenantId, first, Math.min(first + PART - 1, count)];
    await owner.query(
      `insert into tasks (tenant_id, id, title, date, status, created_at, updated_at, field_versions)
       select $1, ${id(3, 'n / 3')}, 'now', '2026-01-01', 'scheduled', ${version}, ${version},
         '{"*": {"version": "2026-01-01T00:00:00.000000Z", "device": null, "at": "2026-01-01T00:00:00.000Z"}}'
       from generate_series($2::int, $3::int) as n where n % 3 = 0`,
      range,
    );
    await owner.query(
      `insert into conflicts (tenant_id, conflict_id, version, entity, entity_id, change_id, kind, fields, policy, winner,
         status, client_values, client_user_id, client_device_id, client_at, server_values, server_user_id,
         server_device_id, server_at, server_version)
       select $1, gen_random_uuid(), ${version}, case when n % 50 = 49 then 'team' else 'task' end, ${id(3, 'n / 3')},
         gen_random_uuid(), case when n % 100 = 0 then 'editedOverDelete' else 'fields' end, array['title'],
         case when n % 99 = 0 then 'ask' else 'clientWins' end, 'client',
         case when n % 20 = 7 then 'open' else 'resolved' end, '{"title": "theirs"}', 'user_' || a, ${id(1, 'a')}, now(),
         '{"title": "mine"}', 'user_' || b, ${id(1, 'b')}, now(), now()
       from (select n, floor(40 * power(random(), 2))::int as a, floor(40 * power(random(), 2))::int as b
         from generate_series($2::int, $3::int) as n) as made`,
      range,
    );
  }
  await owner.query('vacuum analyze conflicts, tasks');
}

async function send<Body>(url: string, headers: Record<string, string>, body?: object): Promise<Body> {
  const response = await fetch(url, {
    headers: body ? { ...headers, 'content-type': 'application/json' } : headers,
    ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
  });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Body;
}

/** Milliseconds; the first round warms up. */
async function median(work: () => Promise<unknown>, rounds = ROUNDS): Promise<string> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const began = performance.now();
    await work();
    if (round > 0) times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  return `${(times[Math.floor(times.length / 2)] ?? 0).toFixed(1)} ms`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
