import type { DeviceId, RecordId, TenantId, UserId } from '@backhaul/shared';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTenant } from '../../testing/create-tenant.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/create-test-database.ts';
import { type TenantTx, withTenant } from '../../tenant-tx.ts';
import { type ConflictFilter, conflictPage } from './conflict-page.ts';
import { countConflicts } from './count-conflicts.ts';
import { listConflicts } from './list-conflicts.ts';

/** So many that reading the whole table would be cheaper for no page; CONFLICT_ROWS=1000000 for a large tenant. */
const ROWS = Number(process.env['CONFLICT_ROWS'] ?? 80_000);
vi.setConfig({ testTimeout: ROWS / 4, hookTimeout: 1_200_000 });
const LIMIT = 101;

const uuid = (kind: number, n: number) => `${kind}0000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const device = (n: number) => uuid(1, n) as DeviceId;
const user = (n: number) => `user_${n}` as UserId;

let db: TestDatabase;
let tenantId: TenantId;
let all: Awaited<ReturnType<typeof readAll>>;
beforeAll(async () => {
  db = await createTestDatabase();
  tenantId = await createTenant(db.app, uuid(9, 1));
  for (let first = 1; first <= ROWS; first += 50_000) {
    await withTenant(db.app, tenantId, (tx) => makeConflicts(tx, first, Math.min(first + 49_999, ROWS)));
  }
  await db.owner.pool.query('vacuum analyze conflicts');
  all = await read(readAll);
});
afterAll(() => db.drop());

/** One in 20 is open. Of 60 devices and 40 people some are busy, and the last ones were here at the beginning only. */
async function makeConflicts(tx: TenantTx, first: number, last: number): Promise<void> {
  const busy = (count: number) => sql`floor(${count}::int * power(random(), 2))::int`;
  const deviceId = (column: string) =>
    sql`('10000000-0000-7000-8000-' || lpad(${sql.ref(column)}::text, 12, '0'))::uuid`;
  await sql`
    insert into conflicts (tenant_id, conflict_id, version, entity, entity_id, change_id, kind, fields, policy, winner,
      status, client_values, client_user_id, client_device_id, client_at, server_values, server_user_id,
      server_device_id, server_at, server_version)
    select ${tx.tenantId}::uuid, gen_random_uuid(), timestamptz '2026-01-01' + n * interval '1 second',
      (array['task', 'client', 'employee', 'team', 'finance_entry'])[1 + (n % 97) / 20],
      ('30000000-0000-7000-8000-' || lpad((n / 3)::text, 12, '0'))::uuid, gen_random_uuid(),
      case when n % 100 < 97 then 'fields' when n % 100 < 99 then 'deletedOverEdit' else 'editedOverDelete' end,
      array['title', 'notes'], case when n % 99 < 80 then 'clientWins' when n % 99 < 98 then 'latestEdit' else 'ask' end,
      'client', case when random() < 0.05 then 'open' else 'resolved' end,
      '{"title":"the one that was typed last"}', 'user_' || a, ${deviceId('c')}, now(),
      '{"title":"the one that was there"}', 'user_' || b, ${deviceId('d')}, now(), now()
    from (
      select n, case when n < 20 then 39 else ${busy(39)} end as a, ${busy(39)} as b,
        case when n < 20 then 59 else ${busy(59)} end as c, ${busy(59)} as d
      from generate_series(${first}::int, ${last}::int) as n) as made
  `.execute(tx.db);
}

interface Node {
  readonly 'Node Type': string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Index Name'?: string;
  readonly Plans?: readonly Node[];
}

const FILTERS: readonly (readonly [string, ConflictFilter])[] = [
  ['nothing', {}],
  ['open ones', { status: 'open' }],
  ['resolved ones', { status: 'resolved' }],
  ['an entity', { entity: 'finance_entry' }],
  ['an entity without any', { entity: 'attachment' }],
  ['a record', { entityId: uuid(3, 7) as RecordId }],
  ['a record and its entity', { entity: 'task', entityId: uuid(3, 7) as RecordId }],
  ['a kind', { kind: 'editedOverDelete' }],
  ['a policy', { policy: 'ask' }],
  ['a policy without any', { policy: 'serverWins' }],
  ['a busy device', { device: device(0) }],
  ['a device of long ago', { device: device(59) }],
  ['a device without any', { device: device(99) }],
  ['a busy author', { author: user(0) }],
  ['an author of long ago', { author: user(39) }],
  ['an author on a device', { author: user(39), device: device(59) }],
  ['open ones of an entity', { status: 'open', entity: 'finance_entry' }],
  ['open ones of an author', { status: 'open', author: user(3) }],
  ['open ones of a device', { status: 'open', device: device(3) }],
  ['open ones that ask', { status: 'open', policy: 'ask' }],
];

const read = <T>(work: (tx: TenantTx) => Promise<T>): Promise<T> =>
  withTenant(db.app, tenantId, work, { readOnly: true });

describe.each(['asc', 'desc'] as const)('a page of conflicts, %s', (order) => {
  it.each(FILTERS)('by %s reads about as many rows as it answers, and by indexes', async (_, filter) => {
    const { scans, rows } = await explain(filter, order);
    expect(scans).not.toContain('Seq Scan');
    // Two statuses on two sides, each of which is joined with the others by id.
    expect(rows).toBeLessThanOrEqual(12 * LIMIT);
  });

  it.each(FILTERS)('by %s holds what a look at all of them finds, and goes on behind it', async (_, filter) => {
    const wanted = order === 'asc' ? naive(filter) : naive(filter).toReversed();
    const first = await read((tx) => listConflicts(tx, filter, { after: null, order, limit: LIMIT }));
    expect(first.map((row) => row.conflict_id)).toEqual(wanted.slice(0, LIMIT).map((row) => row.conflict_id));
    const after = first[49]?.version;
    if (after === undefined) return;
    const next = await read((tx) => listConflicts(tx, filter, { after, order, limit: LIMIT }));
    expect(next.map((row) => row.conflict_id)).toEqual(wanted.slice(50, 50 + LIMIT).map((row) => row.conflict_id));
  });
});

describe('the counts of conflicts', () => {
  it.each(FILTERS)('by %s are those of a look at all of them', async (_, filter) => {
    const { status, ...rest } = filter;
    const matched = naive(rest);
    const shown = status === undefined ? matched : matched.filter((row) => row.status === status);
    const counts = await read((tx) => countConflicts(tx, filter, { limit: ROWS, top: 100 }));
    expect(counts).toMatchObject({
      open: matched.filter((row) => row.status === 'open').length,
      resolved: matched.filter((row) => row.status === 'resolved').length,
      mustChoose: matched.filter((row) => row.status === 'open' && row.policy === 'ask').length,
      byEntity: countBy(shown.map((row) => [row.entity])),
    });
    const byAuthor = Object.fromEntries(counts.byAuthor.map(({ userId, count }) => [userId, count]));
    expect(byAuthor).toEqual(countBy(shown.map((row) => [row.client_user_id, row.server_user_id])));
    const byDevice = Object.fromEntries(counts.byDevice.map(({ device: id, count }) => [id, count]));
    expect(byDevice).toEqual(countBy(shown.map((row) => [row.client_device_id, row.server_device_id])));
    expect(counts.byAuthor).toEqual(counts.byAuthor.toSorted((a, b) => b.count - a.count));
  });

  it('end at their limit, and those that wait for a choice are counted for themselves', async () => {
    const counts = await read((tx) => countConflicts(tx, {}, { limit: 10, top: 3 }));
    expect(counts).toMatchObject({ open: 10, resolved: 10, mustChoose: 10 });
    expect(counts.byAuthor).toHaveLength(3);
    expect(Object.values(counts.byEntity).reduce((sum, count) => sum + count, 0)).toBe(20);
  });
});

/** What a page read: scans by index, and rows that were looked at, those thrown away included. */
async function explain(filter: ConflictFilter, order: 'asc' | 'desc') {
  const page = (tx: TenantTx) =>
    conflictPage(tx, ['conflict_id', 'version', 'client_values'], filter, { after: null, order, limit: LIMIT });
  const { rows } = await read((tx) =>
    sql<{ 'QUERY PLAN': readonly [{ Plan: Node }] }>`
      explain (analyze, format json) select * from ${page(tx)} as page order by version ${sql.raw(order)}`.execute(
      tx.db,
    ),
  );
  const [plan] = rows[0]?.['QUERY PLAN'] ?? [];
  if (!plan) throw new Error('No plan');
  const scans = [...flatten(plan.Plan)].filter((node) => /^(Seq|Index|Bitmap)/.test(node['Node Type']));
  const looked = scans.map(
    (node) => (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
  );
  return {
    scans: scans.map((node) => node['Index Name'] ?? node['Node Type']),
    rows: Math.round(looked.reduce((sum, count) => sum + count, 0)),
  };
}

function* flatten(node: Node): Iterable<Node> {
  yield node;
  for (const child of node.Plans ?? []) yield* flatten(child);
}

async function readAll(tx: TenantTx) {
  return tx.db
    .selectFrom('conflicts')
    .select(['conflict_id', 'version', 'status', 'entity', 'entity_id', 'kind', 'policy'])
    .select(['client_user_id', 'server_user_id', 'client_device_id', 'server_device_id'])
    .where('tenant_id', '=', tx.tenantId)
    .orderBy('version')
    .execute();
}

/** The filter as one reads it; oldest first. */
function naive({ status, entity, entityId, kind, policy, device: on, author }: ConflictFilter) {
  return all.filter(
    (row) =>
      (status === undefined || row.status === status) &&
      (entity === undefined || row.entity === entity) &&
      (entityId === undefined || row.entity_id === entityId) &&
      (kind === undefined || row.kind === kind) &&
      (policy === undefined || row.policy === policy) &&
      (on === undefined || row.client_device_id === on || row.server_device_id === on) &&
      (author === undefined || row.client_user_id === author || row.server_user_id === author),
  );
}

/** How many of these groups hold each name; a name counts once in a group. */
function countBy(groups: readonly (readonly (string | null)[])[]): { [name: string]: number } {
  const names = groups.flatMap((group) => [...new Set(group)]).filter((name) => name !== null);
  return Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]));
}
