import { lockTenantClock, purgeScopeExits, withTenant } from '@backhaul/db';
import { createTestDatabase } from '@backhaul/db/testing';
import { type AuditResponse, type Cursor, parseCursor, parseTenantId, type TenantId } from '@backhaul/shared';
import { v7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { countStatements } from '../support/count-statements.ts';
import { createPullingClient, freshRecords, type PullingClient } from '../support/pulled-records.ts';
import { create, createWorld, edit, remove, type SyncClient, TASK, type World } from '../support/sync-client.ts';
import { EXPENSE } from '../support/two-employees.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let world: World;
let office: SyncClient;
/** Of the team `north`, of the team `south`, and of none; devices that pull on and on. */
let ana: PullingClient;
let bea: PullingClient;
let eve: PullingClient;
const id = { ana: '', bea: '', eve: '', north: v7(), south: v7() };

beforeAll(async () => {
  database = await createTestDatabase();
  await database.owner.pool.query("alter table tasks add constraint no_boom check (title <> 'boom')");
  world = await createWorld({ database: database.app });
  office = world.device();
  await office.push([create('team', id.north, { name: 'North' }), create('team', id.south, { name: 'South' })]);
  const hired = async (name: 'ana' | 'bea' | 'eve', teamId: string | null): Promise<PullingClient> => {
    const { member, employeeId } = await world.employee(`${name}@example.com`, { teamId });
    id[name] = employeeId;
    return createPullingClient(world.device(member));
  };
  ana = await hired('ana', id.north);
  bea = await hired('bea', id.south);
  eve = await hired('eve', null);
});
afterAll(async () => {
  await world.close();
  await database.drop();
});
beforeEach(async () => {
  await news();
});

/** What each of the three is told now, in few words, all of it in the order of versions. */
async function news(): Promise<{ ana: string[]; bea: string[]; eve: string[] }> {
  const tell = async (device: PullingClient): Promise<string[]> => {
    const known = device.received.length;
    await device.pull();
    expect([...device.records].toSorted()).toEqual([...(await freshRecords(device.client))].toSorted());
    return device.received.slice(known).map(({ op, reason, entity }) => `${reason ?? op} ${entity}`);
  };
  return { ana: await tell(ana), bea: await tell(bea), eve: await tell(eve) };
}

async function push(...changes: readonly unknown[]): Promise<Awaited<ReturnType<SyncClient['push']>>> {
  const answer = await office.push(changes);
  expect(answer.rejected).toEqual([]);
  return answer;
}

const newest = { baseUpdatedAt: undefined };
const set = (entity: string, record: string, values: object) => ({ ...edit(entity, record, null, values), ...newest });

/** A task in somebody's sight, and everybody has pulled it. */
async function aTask(values: object): Promise<string> {
  const task = v7();
  await push(create('task', task, { ...TASK, ...values }));
  await news();
  return task;
}

async function aClient(): Promise<string> {
  const client = v7();
  await push(create('client', client, { name: 'Ida', phone: '+7' }));
  return client;
}

describe('I6: a record leaves the devices of those who no longer see it', () => {
  it.each<[string, () => object, () => object, Awaited<ReturnType<typeof news>>]>([
    [
      'given to another',
      () => ({ assignedEmployeeId: id.ana }),
      () => ({ assignedEmployeeId: id.bea }),
      { ana: ['scope task'], bea: ['upsert task'], eve: [] },
    ],
    [
      'given to another team',
      () => ({ teamId: id.north }),
      () => ({ teamId: id.south }),
      { ana: ['scope task'], bea: ['upsert task'], eve: [] },
    ],
    [
      'taken from her and left with her team',
      () => ({ assignedEmployeeId: id.ana, teamId: id.north }),
      () => ({ assignedEmployeeId: null }),
      { ana: ['upsert task'], bea: [], eve: [] },
    ],
    [
      'taken from her team and given to herself',
      () => ({ teamId: id.north }),
      () => ({ teamId: null, assignedEmployeeId: id.ana }),
      { ana: ['upsert task'], bea: [], eve: [] },
    ],
    [
      'taken from both of her keys at once',
      () => ({ assignedEmployeeId: id.ana, teamId: id.north }),
      () => ({ assignedEmployeeId: null, teamId: null }),
      { ana: ['scope task'], bea: [], eve: [] },
    ],
    [
      'edited in its place',
      () => ({ assignedEmployeeId: id.ana }),
      () => ({ status: 'completed' }),
      { ana: ['upsert task'], bea: [], eve: [] },
    ],
  ])('a task %s', async (_, before, after, told) => {
    const task = await aTask(before());
    await push(set('task', task, after()));
    expect(await news()).toEqual(told);
  });

  it.each([
    ['in one push', 1],
    ['in halves, because the database refuses another change of the push', 2],
  ])('a task that moves on and on %s tells only who had it', async (_, halves) => {
    const task = await aTask({ assignedEmployeeId: id.ana });
    const moves = [id.bea, id.eve, null, id.bea].map((employee) => set('task', task, { assignedEmployeeId: employee }));
    const boom = halves === 1 ? [] : [create('task', v7(), { ...TASK, title: 'boom' })];
    const { rejected } = await office.push([...moves.slice(0, 2), ...boom, ...moves.slice(2)]);
    expect(rejected.map(({ code }) => code)).toEqual(boom.map(() => 'INTERNAL_CHANGE'));
    expect(await news()).toEqual({ ana: ['scope task'], bea: ['upsert task'], eve: [] });
  });

  it.each([[[]], [['boom']]])('a task that is away and back within one push never left (%s)', async (titles) => {
    const task = await aTask({ assignedEmployeeId: id.ana });
    await office.push([
      set('task', task, { assignedEmployeeId: id.bea }),
      ...titles.map((title) => create('task', v7(), { ...TASK, title })),
      set('task', task, { assignedEmployeeId: id.ana }),
    ]);
    expect(await news()).toEqual({ ana: ['upsert task'], bea: [], eve: [] });
  });

  it('leaves, comes back and leaves again between two pulls: one deletion', async () => {
    const task = await aTask({ assignedEmployeeId: id.ana });
    for (const employee of [id.bea, id.ana, id.eve]) await push(set('task', task, { assignedEmployeeId: employee }));
    const told = await news();
    expect(told).toMatchObject({ ana: ['scope task'], eve: ['upsert task'] });
    // It was hers in between, so her device could have had it.
    expect(told.bea).toEqual(['scope task']);
    await push(set('task', task, { assignedEmployeeId: id.ana }));
    expect(await news()).toEqual({ ana: ['upsert task'], bea: [], eve: ['scope task'] });
  });

  it('by a value that limits what is seen', async () => {
    const entry = v7();
    await push(create('finance_entry', entry, { ...EXPENSE, employeeId: id.ana }));
    expect(await news()).toEqual({ ana: ['upsert finance_entry'], bea: [], eve: [] });
    await push(set('finance_entry', entry, { kind: 'payrollEmployee' }));
    expect(await news()).toEqual({ ana: ['upsert finance_entry'], bea: [], eve: [] });
    await push(set('finance_entry', entry, { kind: 'general' }));
    expect(await news()).toEqual({ ana: ['scope finance_entry'], bea: [], eve: [] });
    await push(set('finance_entry', entry, { kind: 'expenseOutOfPocket', employeeId: id.bea }));
    expect(await news()).toEqual({ ana: [], bea: ['upsert finance_entry'], eve: [] });
  });

  it('is deleted: everybody who sees it is told, as of any deletion', async () => {
    const task = await aTask({ assignedEmployeeId: id.ana, teamId: id.south });
    await push(remove('task', task, null));
    expect(await news()).toEqual({ ana: ['delete task'], bea: ['delete task'], eve: [] });
    await push(create('task', task, { ...TASK, assignedEmployeeId: id.eve, teamId: id.south }));
    // Her device may still hold it: it was not there for the deletion, for all that the service knows.
    expect(await news()).toEqual({ ana: ['scope task'], bea: ['upsert task'], eve: ['upsert task'] });
  });

  it('is moved and deleted in one push: who had it is told, and who never had it is told no more than that', async () => {
    const task = await aTask({ assignedEmployeeId: id.ana });
    await push(set('task', task, { assignedEmployeeId: id.bea }), remove('task', task, null));
    expect(await news()).toEqual({ ana: ['scope task'], bea: ['delete task'], eve: [] });
  });

  it('while a first pull is on its way, behind it and before it', async () => {
    const tasks = Array.from({ length: 4 }, () => v7());
    await push(...tasks.map((task) => create('task', task, { ...TASK, assignedEmployeeId: id.eve })));
    const device = createPullingClient(world.device({ userId: eve.client.userId, token: eve.client.token }));
    const total = (await freshRecords(eve.client)).size;
    const first = await device.client.pull(undefined, total - 2);
    expect(first.hasMore).toBe(true);
    // One that was on the first page, and one that was not.
    await push(...[tasks[0], tasks[3]].map((task) => set('task', task as string, { assignedEmployeeId: null })));
    const { changes } = await device.client.pullAll(first.nextCursor, 1);
    const told = changes.map(({ reason, op, entityId }) => [reason ?? op, tasks.indexOf(entityId)]);
    expect(told.filter(([, task]) => task !== -1)).toEqual([
      ['upsert', 2],
      ['scope', 0],
      ['scope', 3],
    ]);
    // What left before it began is not told.
    expect(told.filter(([what]) => what === 'scope')).toHaveLength(2);
    await news();
  });

  it('and from no list of the generic routes, where it never was', async () => {
    const task = await aTask({ assignedEmployeeId: id.ana });
    await push(set('task', task, { assignedEmployeeId: id.bea }));
    const { body } = await ana.client.call<{ records: { id: string }[] }>(
      'GET',
      '/v1/tasks?includeDeleted=true&limit=5000',
    );
    expect(body.records.map((record) => record.id)).not.toContain(task);
    expect((await ana.client.call('GET', `/v1/tasks/${task}`)).status).toBe(404);
    await news();
  });
});

describe('I6: clients come and go with the tasks that name them', () => {
  it('enters with the first task, stays with the second, leaves with the last', async () => {
    const client = await aClient();
    expect(await news()).toEqual({ ana: [], bea: [], eve: [] });
    const [one, two] = [v7(), v7()];
    await push(create('task', one, { ...TASK, assignedEmployeeId: id.ana, clientId: client }));
    expect(await news()).toEqual({ ana: ['upsert task', 'upsert client'], bea: [], eve: [] });
    await push(create('task', two, { ...TASK, assignedEmployeeId: id.ana, clientId: client, status: 'completed' }));
    expect(await news()).toEqual({ ana: ['upsert task'], bea: [], eve: [] });
    await push(set('task', one, { assignedEmployeeId: id.bea }));
    // She sees the client already; that it has a new version is what it costs that Bea comes to see it.
    expect(await news()).toEqual({
      ana: ['scope task', 'upsert client'],
      bea: ['upsert task', 'upsert client'],
      eve: [],
    });
    await push(set('task', two, { clientId: null }));
    expect(await news()).toEqual({ ana: ['upsert task', 'scope client'], bea: [], eve: [] });
    await push(remove('task', one, null));
    expect(await news()).toEqual({ ana: [], bea: ['delete task', 'scope client'], eve: [] });
    await push(create('task', one, { ...TASK, title: 'Again' }));
    expect(await news()).toEqual({ ana: [], bea: ['upsert task', 'upsert client'], eve: [] });
  });

  it('stays through the other key, and leaves when neither names it', async () => {
    const client = await aClient();
    const hers = await aTask({ assignedEmployeeId: id.ana, clientId: client });
    const teams = await aTask({ teamId: id.north, clientId: client });
    await push(set('task', hers, { assignedEmployeeId: null }));
    expect((await news()).ana).toEqual(['scope task']);
    await push(set('task', teams, { teamId: null }));
    expect((await news()).ana).toEqual(['scope task', 'scope client']);
  });

  it('two tasks swap their clients in one push: nothing comes or goes but the tasks', async () => {
    const [first, second] = [await aClient(), await aClient()];
    const one = await aTask({ assignedEmployeeId: id.ana, clientId: first });
    const two = await aTask({ assignedEmployeeId: id.ana, clientId: second });
    await push(set('task', one, { clientId: second }), set('task', two, { clientId: first }));
    expect(await news()).toEqual({ ana: ['upsert task', 'upsert task'], bea: [], eve: [] });
    await push(set('task', one, { assignedEmployeeId: id.bea }), set('task', two, { assignedEmployeeId: id.eve }));
    expect(await news()).toEqual({
      ana: ['scope task', 'scope task', 'scope client', 'scope client'],
      bea: ['upsert task', 'upsert client'],
      eve: ['upsert task', 'upsert client'],
    });
  });

  it('a client that the same push edits has its version from that', async () => {
    const client = await aClient();
    const task = v7();
    const { results } = await push(
      create('task', task, { ...TASK, assignedEmployeeId: id.ana, clientId: client }),
      set('client', client, { phone: '+8' }),
    );
    expect(await news()).toEqual({ ana: ['upsert task', 'upsert client'], bea: [], eve: [] });
    expect(JSON.parse(ana.records.get(`client/${client}`) as string)).toMatchObject({
      phone: '+8',
      updatedAt: results[1]?.updatedAt,
    });
  });

  it('a deleted client stays away, and one that comes back comes to those who may see it', async () => {
    const client = await aClient();
    const deleted = await push(remove('client', client, null));
    const task = await aTask({ assignedEmployeeId: id.ana, clientId: client });
    // Its version says when it may be purged, and coming into sight does not put that off.
    expect((await office.call('GET', `/v1/clients/${client}`)).body).toMatchObject({
      updatedAt: deleted.results[0]?.updatedAt,
    });
    expect(ana.records.has(`client/${client}`)).toBe(false);
    await push(create('client', client, { name: 'Ida' }));
    expect(await news()).toEqual({ ana: ['upsert client'], bea: [], eve: [] });
    await push(remove('client', client, null), set('task', task, { assignedEmployeeId: id.bea }));
    expect((await news()).ana).toEqual(['scope client', 'scope task']);
  });

  it('coming into sight is a version and nothing else: no audit, no conflict for edits of the version before', async () => {
    const client = v7();
    const made = await push(create('client', client, { name: 'Ida', phone: '+7' }));
    const base = made.results[0]?.updatedAt as string;
    const task = await aTask({ assignedEmployeeId: id.ana, clientId: client });
    const { body: seen } = await office.call<{ updatedAt: string }>('GET', `/v1/clients/${client}`);
    expect(seen.updatedAt > base).toBe(true);
    const other = world.device();
    const answer = await other.push([edit('client', client, base, { phone: '+8' })]);
    expect(answer).toMatchObject({ conflicts: [], results: [{ outcome: 'applied', payload: { phone: '+8' } }] });
    const { body } = await office.call<AuditResponse>('GET', `/v1/audit?entity=client&entityId=${client}`);
    expect(body.audit.map(({ action }) => action)).toEqual(['create', 'update']);
    await push(remove('task', task, null));
  });

  it('a repeated change is answered with what its sender sees now', async () => {
    const client = await aClient();
    const task = await aTask({ assignedEmployeeId: id.ana, clientId: client });
    const same = edit('client', client, null, { name: 'Ida' });
    expect((await ana.client.push([same])).results).toMatchObject([{ outcome: 'unchanged', payload: { phone: '+7' } }]);
    await push(set('task', task, { clientId: null }));
    // The answer of long ago is repeated, and what it may not show any more is left out.
    const again = await ana.client.push([same]);
    expect(again.results).toMatchObject([{ outcome: 'unchanged' }]);
    expect(again.results[0]).not.toHaveProperty('payload');
  });
});

it('purged exits are gone, and cursors that they were for are expired', async () => {
  const task = await aTask({ assignedEmployeeId: id.ana });
  const { cursor } = await ana.client.pullAll();
  await push(set('task', task, { assignedEmployeeId: null }));
  const left = async () => (await ana.client.pullAll(cursor)).changes.find(({ entityId }) => entityId === task);
  const version = (await left())?.updatedAt as string;
  expect(await left()).toMatchObject({ reason: 'scope' });
  await news();
  const purge = () =>
    withTenant(database.owner, parseTenantId(world.tenantId) as TenantId, async (tx) => {
      await lockTenantClock(tx);
      return purgeScopeExits(tx, { upTo: parseCursor(version) as Cursor, limit: 1_000 });
    });
  expect(await purge()).toBeGreaterThan(0);
  expect(await purge()).toBe(0);
  const since = async (position: string) => (await ana.client.call('GET', `/v1/sync/pull?since=${position}`)).status;
  expect([await since(cursor), await since(version)]).toEqual([410, 200]);
});

it('1,000 moves use no more statements than 10', async () => {
  const clients = await Promise.all([aClient(), aClient(), aClient()]);
  const counts = async (size: number) => {
    const tasks = Array.from({ length: size }, () => v7());
    const values = (index: number) => ({ clientId: clients[index % 3], teamId: id.north });
    const made = await countStatements(world.server.services.database, () =>
      push(...tasks.map((task, index) => create('task', task, { ...TASK, ...values(index) }))),
    );
    const moved = await countStatements(world.server.services.database, () =>
      push(...tasks.map((task) => set('task', task, { teamId: id.south, assignedEmployeeId: id.eve }))),
    );
    const pulled = await countStatements(world.server.services.database, () =>
      ana.client.pull(made.answer.cursor, 5000),
    );
    expect(pulled.answer.changes.filter(({ reason }) => reason === 'scope')).toHaveLength(size + 3);
    await push(...tasks.map((task) => remove('task', task, null)));
    return [made.count, moved.count, pulled.count];
  };
  await counts(3);
  const few = await counts(10);
  const many = await counts(1000);
  expect(many).toEqual(few);
  expect(Math.max(...few)).toBeLessThanOrEqual(24);
}, 60_000);
