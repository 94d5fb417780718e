import { listQuarantine, withTenant } from '@backhaul/db';
import { createTestDatabase } from '@backhaul/db/testing';
import { createTestApp } from '@backhaul/server/testing';
import { parseTenantId, type TenantId } from '@backhaul/shared';
import type { KyselyPlugin } from 'kysely';
import { v7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { handOver, quarantineOf, waitingIn } from '../support/escrow.ts';
import {
  create,
  createNeighbour,
  createWorld,
  edit,
  remove,
  stateOf,
  type SyncClient,
  TASK,
  type World,
} from '../support/sync-client.ts';

const CANARY = 'kanarienvogel';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let world: World;
let office: SyncClient;
let ana: SyncClient;
let lines: string[];
let now: number | null;
beforeEach(async () => {
  lines = [];
  now = null;
  database = await createTestDatabase();
  world = await createWorld({
    database: database.app,
    now: () => new Date(now ?? Date.now()),
    services: () => ({ log: { kind: 'json', level: 'trace', write: (line) => lines.push(line) } }),
  });
  office = world.device();
  const { member } = await world.employee('ana@example.com');
  ana = world.device(member);
  await ana.pull();
});
afterEach(async () => {
  await world.close();
  await database.drop();
});

const revoke = (device: SyncClient) => office.call('DELETE', `/v1/devices/${device.deviceId}`);

/** As if the device had handed over that much more. */
async function handOverSoFar({ deviceId }: SyncClient, { changes = 0, bytes = 0 }): Promise<void> {
  const sql = 'update escrow_intake set changes = changes + $2, bytes = bytes + $3 where device_id = $1';
  const { rowCount } = await database.owner.pool.query(sql, [deviceId, changes, bytes]);
  expect(rowCount).toBe(1);
}

describe('handing over', () => {
  it.each([
    ['an active device', async () => undefined],
    ['a revoked device', () => revoke(ana)],
    ['a disabled member', () => office.call('PATCH', `/v1/members/${ana.userId}`, { status: 'disabled' })],
    ['a removed member', () => office.call('DELETE', `/v1/members/${ana.userId}`)],
  ])('is taken from %s, and its owner is named', async (_, happens) => {
    await happens();
    const task = create('task', v7(), { ...TASK, notes: 'Ring twice' });
    const answer = await handOver(world, ana, { changes: [task], setAsideAt: '2026-11-21T08:00:00Z' });
    expect(answer).toMatchObject({ status: 202, text: '{"ok":true}' });
    expect(await waitingIn(office)).toMatchObject([
      {
        author: { userId: ana.userId, name: 'ana' },
        device: ana.deviceId,
        changeId: task.changeId,
        op: 'upsert',
        entity: 'task',
        entityId: task.entityId,
        setAsideAt: '2026-11-21T08:00:00.000Z',
        values: { ...TASK, notes: 'Ring twice' },
        current: { state: 'none' },
        reason: 'revoked',
        usable: true,
        refusal: null,
        summary: 'ana made a task. It did not arrive: the device had been revoked.',
      },
    ]);
  });

  it('is refused to everybody else, like a tenant that does not exist', async () => {
    const { member: bea } = await world.employee('bea@example.com');
    const neighbour = await createNeighbour(world);
    const stranger = await world.server.signIn('stranger@example.com');
    const changes = [create('task', v7(), TASK)];
    const before = await stateOf(world);
    const answers = await Promise.all([
      handOver(world, { ...bea, tenantId: world.tenantId, deviceId: ana.deviceId }, { changes }),
      handOver(world, { ...stranger, tenantId: world.tenantId, deviceId: ana.deviceId }, { changes }),
      handOver(world, { ...neighbour, tenantId: world.tenantId }, { changes }),
      handOver(world, { ...ana, deviceId: v7() }, { changes }),
    ]);
    const other = await handOver(world, { ...ana, tenantId: neighbour.tenantId }, { changes });
    const none = v7();
    const nowhere = await handOver(world, { ...ana, tenantId: none }, { changes });
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    expect(other.text.replace(neighbour.tenantId, none)).toBe(nowhere.text);
    expect(answers[0]?.text.replace(world.tenantId, none)).toBe(nowhere.text);
    expect((await quarantineOf(office)).counts).toEqual({ waiting: 0, applied: 0, discarded: 0 });
    expect(await stateOf(world)).toEqual(before);
  });

  it('I3: a change that is handed over again, in any company, is one entry', async () => {
    await revoke(ana);
    const [one, two, three] = [1, 2, 3].map((n) => create('task', v7(), { ...TASK, title: `task ${n}` }));
    await handOver(world, ana, { changes: [one, two] });
    await handOver(world, ana, { changes: [one, one, three, two] });
    await Promise.all([1, 2, 3, 4].map(() => handOver(world, ana, { changes: [two, three] })));
    expect((await waitingIn(office)).map(({ values }) => values['title'])).toEqual(['task 1', 'task 2', 'task 3']);
    const { body } = await office.call<{ audit: { action: string }[] }>('GET', '/v1/audit?entity=device');
    expect(body.audit.filter(({ action }) => action === 'escrow')).toHaveLength(2);
  });

  it('another change under a known id is kept, too', async () => {
    const first = create('task', v7(), TASK);
    await handOver(world, ana, { changes: [first] });
    await handOver(world, ana, { changes: [{ ...first, payload: { ...TASK, title: 'Doors' } }] });
    expect((await waitingIn(office)).map(({ values }) => values['title'])).toEqual(['Windows', 'Doors']);
  });

  it('what had been accepted after all, and its answer lost, asks nobody to decide', async () => {
    const arrived = create('task', v7(), TASK);
    const { results } = await ana.push([arrived]);
    expect(results[0]?.outcome).toBe('rejected');
    const own = world.device();
    const accepted = create('task', v7(), TASK);
    await own.push([accepted]);
    await handOver(world, own, { changes: [accepted], reason: 'signedOut' });
    expect((await quarantineOf(office)).quarantine).toMatchObject([
      { changeId: accepted.changeId, status: 'applied', outcome: 'arrived', decidedBy: null },
    ]);
  });

  it('a change that was refused keeps its reason, before what was never sent', async () => {
    const refused = edit('task', v7(), null, { ...TASK, date: '2026-02-30' });
    const fresh = create('task', v7(), TASK);
    await handOver(world, ana, {
      changes: [fresh],
      rejected: [{ change: refused, code: 'INVALID_DATE', message: 'date does not exist', fields: ['date'] }],
      reason: 'signedOut',
    });
    expect(await waitingIn(office)).toMatchObject([
      {
        changeId: refused.changeId,
        refusal: { code: 'INVALID_DATE', message: 'date does not exist', fields: ['date'] },
        summary: 'ana made a task. It had been refused, and they had signed out.',
      },
      { changeId: fresh.changeId, refusal: null },
    ]);
  });

  it('I7: what is malformed keeps nothing else out, and is kept as it is', async () => {
    await revoke(ana);
    const good = create('task', v7(), TASK);
    const deep = `${'['.repeat(5000)}"typed"${']'.repeat(5000)}`;
    const odd = [
      'a text',
      17,
      null,
      [],
      {},
      { ...good, changeId: 'x' },
      { ...good, changeId: v7(), entity: 'unheard_of' },
      { ...good, changeId: v7(), entityId: 'y', payload: { notes: 'typed \u0000 \ud800' } },
      { ...good, changeId: v7(), clientUpdatedAt: 'yesterday' },
      { ...good, changeId: v7(), payload: 'nothing' },
      { ...good, changeId: v7(), payload: { title: 'x', unheardOf: 1, date: 5 } },
      { change: good },
    ];
    const texts = [...odd.map((item) => JSON.stringify(item)), deep, JSON.stringify(good)];
    const rejected = ['"x"', '{"change":"y","code":"NO_CODE","message":5,"fields":7}', '{"code":"INVALID_DATE"}'];
    const answer = await handOver(
      world,
      ana,
      `{"deviceId":"${ana.deviceId}","reason":"revoked","changes":[${texts.join()}],"rejected":[${rejected.join()}]}`,
    );
    expect(answer.status).toBe(202);
    const entries = await waitingIn(office);
    expect(entries).toHaveLength(texts.length + rejected.length);
    const usable = entries.filter((entry) => entry.usable);
    expect(usable.map(({ refusal }) => refusal?.code)).toEqual(['INVALID_DATE', undefined]);
    expect(usable.at(-1)).toMatchObject({ changeId: good.changeId });
    const raw = entries.flatMap((entry) => entry.raw ?? []);
    expect(raw).toContain('"a text"');
    expect(raw.some((text) => text.includes('typed \\u0000 \\ud800'))).toBe(true);
    expect(entries.filter(({ usable: can }) => !can).every(({ refusal }) => refusal !== null)).toBe(true);
    // All the same to be discarded.
    for (const { id } of entries) await office.call('POST', `/v1/quarantine/${id}/discard`);
    expect((await quarantineOf(office)).counts).toEqual({ waiting: 0, applied: 0, discarded: entries.length });
  });

  it.each([
    ['no JSON', '{', 400],
    ['no object', '[]', 400],
    ['no device', '{"reason":"revoked","changes":[]}', 400],
    ['no reason', `{"deviceId":"DEVICE","changes":[]}`, 400],
    ['another reason', `{"deviceId":"DEVICE","reason":"bored","changes":[]}`, 400],
    ['changes that are none', `{"deviceId":"DEVICE","reason":"revoked","changes":{"length":9}}`, 400],
    ['another device in the header', `{"deviceId":"${v7()}","reason":"revoked","changes":[]}`, 400],
    [
      'times that no clock shows',
      `{"deviceId":"DEVICE","reason":"revoked","changes":[1],"setAsideAt":"+275760-09-13T00:00:00.000Z","clientTime":"x"}`,
      202,
    ],
    ['a time that is no text', `{"deviceId":"DEVICE","reason":"revoked","changes":[],"setAsideAt":1}`, 400],
    ['polluting keys', `{"deviceId":"DEVICE","reason":"revoked","changes":[{"__proto__":{"op":"delete"}}]}`, 202],
  ])('a body with %s', async (_, body, status) => {
    const answer = await handOver(world, ana, body.replace('DEVICE', ana.deviceId));
    expect(answer.status).toBe(status);
    expect(({} as Record<string, unknown>)['op']).toBeUndefined();
  });
});

describe('what a device learns by it', () => {
  it('nothing: the same bytes whatever the tenant holds', async () => {
    const client = v7();
    const { results } = await office.push([create('client', client, { name: 'Bea' }), create('task', v7(), TASK)]);
    const [hidden, foreign] = results;
    const accepted = edit('employee', (await ana.pullAll()).changes[0]?.entityId as string, null, {});
    await ana.push([accepted]);
    await revoke(ana);
    const known = create('task', v7(), TASK);
    const first = await handOver(world, ana, { changes: [known] });
    await office.call('POST', `/v1/quarantine/${(await waitingIn(office))[0]?.id}/apply`, {});
    const probes: Record<string, readonly unknown[]> = {
      'known and decided': [known],
      'accepted before': [accepted],
      'a record that exists': [edit('client', client, hidden?.updatedAt as string, { name: 'x' })],
      'a record that does not': [edit('client', v7(), hidden?.updatedAt as string, { name: 'x' })],
      'a delete of one that exists': [remove('task', foreign?.entityId as string, foreign?.updatedAt as string)],
      'a delete of one that does not': [remove('task', v7(), foreign?.updatedAt as string)],
      'somebody else’s change id': [{ ...known, changeId: hidden?.changeId }],
      malformed: [{}],
      nothing: [],
    };
    for (const [name, changes] of Object.entries(probes)) {
      const answer = await handOver(world, ana, { changes });
      expect({ name, ...answer }).toEqual({ name, ...first });
    }
  });

  it('the limit of what is kept counts what it sent, not what became of it', async () => {
    const own = world.device();
    const batch = (n: number) =>
      Array.from({ length: n }, (_, index) => create('task', v7(), { ...TASK, title: `${index}` }));
    const accepted = batch(500);
    await own.push(accepted);
    const before = { reason: 'signedOut', changes: [...accepted, ...batch(500)] };
    expect((await handOver(world, own, before)).status).toBe(202);
    await handOverSoFar(own, { changes: 8_999 });
    expect((await handOver(world, own, { changes: batch(1) })).status).toBe(202);
    await office.call('POST', '/v1/quarantine/discard', { ids: (await waitingIn(office)).map(({ id }) => id) });
    // Full, although some were decided and some never had to be; what is known is no more than before.
    const full = await handOver(world, own, { changes: batch(1) });
    expect(full).toMatchObject({ status: 413, code: 'ESCROW_FULL' });
    expect((await handOver(world, own, before)).status).toBe(202);
  });
});

describe('limits', () => {
  it('of changes and bytes per request, with the numbers', async () => {
    const many = await handOver(world, ana, { changes: Array.from({ length: 1001 }, () => 1) });
    expect(JSON.parse(many.text)).toMatchObject({ error: { code: 'TOO_MANY_CHANGES', details: { maxChanges: 1000 } } });
    const large = await handOver(world, ana, { changes: ['x'.repeat(5 * 1024 * 1024)] });
    expect(JSON.parse(large.text)).toMatchObject({
      error: { code: 'BODY_TOO_LARGE', details: { maxBytes: 5 * 1024 * 1024 } },
    });
    expect([many.status, large.status]).toEqual([413, 413]);
  });

  it('of bytes per device, and of a page of the list', async () => {
    const text = (letter: string) => ({ changes: [letter.repeat(4_900_000)] });
    expect((await handOver(world, ana, text('a'))).status).toBe(202);
    expect((await handOver(world, ana, text('b'))).status).toBe(202);
    expect(await quarantineOf(office)).toMatchObject({ quarantine: [{}, {}], hasMore: false });
    expect((await handOver(world, ana, { changes: ['c'] })).status).toBe(202);
    expect(await quarantineOf(office)).toMatchObject({ quarantine: [{}, {}], hasMore: true });
    await handOverSoFar(ana, { bytes: 55_000_000 });
    const full = await handOver(world, ana, text('d'));
    expect(JSON.parse(full.text)).toMatchObject({ error: { code: 'ESCROW_FULL', details: { keptBytes: 67_108_864 } } });
    expect((await handOver(world, ana, { changes: ['e'] })).status).toBe(202);
  });

  it('of a page are kept by the database: what is behind them is not even fetched', async () => {
    await handOver(world, ana, { changes: ['a', 'b', 'c'].map((letter) => letter.repeat(1_000)) });
    const fetched: number[] = [];
    const plugin: KyselyPlugin = {
      transformQuery: ({ node }) => node,
      async transformResult({ result }) {
        fetched.push(result.rows.length);
        return result;
      },
    };
    const page = await withTenant(database.app, parseTenantId(world.tenantId) as TenantId, (tx) => {
      const paging = { after: null, order: 'asc', limit: 100, maxBytes: 1_100 } as const;
      return listQuarantine({ ...tx, db: tx.db.withPlugin(plugin) }, {}, paging);
    });
    expect([page.rows.length, page.hasMore, fetched]).toEqual([2, true, [2]]);
  });

  it('of requests per device hold across two instances, say when, and end', async () => {
    now = Date.parse('2026-11-21T08:00:00Z');
    const second = await createTestApp({ database: database.app, now: () => new Date(now ?? 0) });
    const { member: bea } = await world.employee('bea@example.com');
    const other = world.device(bea);
    await other.pull();
    const instances = [world, { server: second }];
    const sent = await Promise.all(
      Array.from({ length: 64 }, (_, n) => handOver(instances[n % 2] as World, ana, { changes: [] })),
    );
    expect(sent.filter(({ status }) => status === 202)).toHaveLength(60);
    now += 60_000;
    const refused = await handOver(instances[1] as World, ana, { changes: [create('task', v7(), TASK)] });
    expect(refused).toMatchObject({ status: 429, code: 'RATE_LIMITED', retryAfter: '540' });
    expect((await handOver(world, other, { changes: [] })).status).toBe(202);
    now += 540_000;
    expect((await handOver(world, ana, { changes: [create('task', v7(), TASK)] })).status).toBe(202);
    expect(await waitingIn(office)).toHaveLength(1);
    await second.close();
  });
});

describe('what is kept', () => {
  it('is sealed at rest, and no log line holds a value', async () => {
    await revoke(ana);
    await handOver(world, ana, {
      changes: [create('task', v7(), { ...TASK, title: CANARY, notes: CANARY }), `${CANARY} text`],
      rejected: [
        {
          change: edit('task', v7(), null, { address: CANARY }),
          code: 'REQUIRED_FIELD',
          message: CANARY,
          fields: [CANARY],
        },
      ],
    });
    for (const { id } of await waitingIn(office)) {
      await office.call('POST', `/v1/quarantine/${id}/apply`, { values: { notes: `${CANARY} ` } });
    }
    const { rows } = await database.owner.pool.query<{ row: string }>('select q::text as row from quarantine q');
    expect(rows).toHaveLength(3);
    const stored = rows.map(({ row }) => Buffer.from(row).toString('latin1')).join('\n');
    expect(stored).not.toContain(CANARY);
    expect(stored).not.toContain(Buffer.from(CANARY).toString('hex'));
    expect(lines.length).toBeGreaterThan(3);
    expect(lines.join('')).not.toContain(CANARY);
    // And it opens again.
    expect(JSON.stringify((await quarantineOf(office)).quarantine)).toContain(CANARY);
  });

  it('I4: a reader of the list that follows its cursor misses nothing while devices hand over', async () => {
    const devices = Array.from({ length: 4 }, () => world.device());
    for (const device of devices) await device.pull();
    let isDone = false;
    const handOverAll = async (): Promise<void> => {
      const rounds = devices.map(async (device) => {
        for (let n = 0; n < 15; n += 1) await handOver(world, device, { changes: [create('task', v7(), TASK)] });
      });
      await Promise.all(rounds);
      isDone = true;
    };
    const writing = handOverAll();
    const seen: string[] = [];
    let since: string | null = null;
    for (let wasDone = false; !wasDone; ) {
      wasDone = isDone;
      const page = await quarantineOf(office, { limit: '7', ...(since === null ? {} : { since }) });
      seen.push(...page.quarantine.map(({ id }) => id));
      since = page.nextCursor;
      if (page.hasMore) wasDone = false;
    }
    await writing;
    expect(new Set(seen).size).toBe(60);
    expect(seen).toHaveLength(60);
  }, 30_000);
});
