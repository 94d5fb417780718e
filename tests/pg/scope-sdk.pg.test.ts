import type { SignedIn } from '@backhaul/server/testing';
import { v7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDevice, recordsOn, recordsOnServer, type SdkDevice } from '../support/sdk-device.ts';
import { create, createWorld, edit, remove, type SyncClient, TASK, type World } from '../support/sync-client.ts';

let world: World;
let office: SyncClient;
let ana: { member: SignedIn; employeeId: string };
let bea: { member: SignedIn; employeeId: string };
let north: string;
let south: string;
let client: string;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

/** A tenant of its own for each test: what the people may do changes in all of them. */
beforeEach(async () => {
  tenant = await world.newTenant('Scopes');
  office = tenant.device();
  [north, south, client] = [v7(), v7(), v7()];
  await office.push([
    create('team', north, { name: 'North' }),
    create('team', south, { name: 'South' }),
    create('client', client, { name: 'Ida', accessNotes: 'Door code 7' }),
  ]);
  ana = await tenant.employee('ana@example.com', { teamId: north, hourlyRate: 12 });
  bea = await tenant.employee('bea@example.com', { teamId: south, hourlyRate: 13 });
});
let tenant: World;

async function officeDoes(...changes: readonly unknown[]): Promise<void> {
  expect((await office.push(changes)).rejected).toEqual([]);
}

const set = (entity: string, id: string, values: object) => ({
  ...edit(entity, id, null, values),
  baseUpdatedAt: undefined,
});

async function aTask(values: object): Promise<string> {
  const id = v7();
  await officeDoes(create('task', id, { ...TASK, clientId: client, notes: 'Key is with the neighbour', ...values }));
  return id;
}

/** The device shows what a new one of the same member would, and nothing waits. */
async function expectScope({ db }: SdkDevice, member: SignedIn): Promise<void> {
  expect(db.sync.status.get().pending).toBe(0);
  expect(await recordsOn(db)).toEqual(await recordsOnServer(tenant.device(member)));
}

/** Everything that an app could read of a record on its device, in the engine's own tables too. */
async function traces({ db }: SdkDevice, text: string): Promise<string[]> {
  const found: string[] = [];
  // All that may be read.
  for (const table of db.tables.filter(({ name }) => !['_escrow', '_bytes'].includes(name))) {
    if (JSON.stringify(await table.toArray()).includes(text)) found.push(table.name);
  }
  return found;
}

describe('a task that leaves while it is edited', () => {
  let device: SdkDevice;
  let task: string;
  beforeEach(async () => {
    device = await openDevice(tenant, ana.member);
    task = await aTask({ assignedEmployeeId: ana.employeeId });
    await device.sync();
    expect(await device.db.clients.get(client)).toMatchObject({ accessNotes: 'Door code 7' });
    // After the push of this cycle and before its pull.
    device.line.beforePull = async () => {
      device.line.beforePull = null;
      await device.db.tasks.update(task, { notes: 'Nobody opened' });
      await officeDoes(set('task', task, { assignedEmployeeId: bea.employeeId }));
    };
    await device.sync();
  });

  it('is hidden, with its client, and nothing of either is left to read; the edit waits', async () => {
    expect(await device.db.tasks.get(task)).toBeUndefined();
    expect(await device.db.clients.get(client)).toBeUndefined();
    expect(device.db.sync.status.get()).toMatchObject({ pending: 1 });
    expect(await traces(device, 'Key is with the neighbour')).toEqual([]);
    expect(await traces(device, 'Door code 7')).toEqual([]);
    expect(await traces(device, 'Nobody opened')).toEqual(['_outbox']);
  });

  it('is judged: refused, told, kept until somebody settles it', async () => {
    await device.sync();
    expect(await device.db.rejected.toArray()).toMatchObject([
      { entityId: task, payload: { notes: 'Nobody opened' }, code: 'RECORD_GONE' },
    ]);
    await expectScope(device, ana.member);
    const rejection = (await device.db.rejected.toArray())[0];
    await officeDoes(set('task', task, { assignedEmployeeId: ana.employeeId }));
    await device.sync();
    await device.db.rejected.retry(rejection?.changeId as string);
    await device.sync();
    expect(await device.db.tasks.get(task)).toMatchObject({ notes: 'Nobody opened' });
    await expectScope(device, ana.member);
  });

  it('comes back before the edit is sent: shown again with it, and accepted', async () => {
    await officeDoes(set('task', task, { assignedEmployeeId: ana.employeeId, title: 'Doors' }));
    await device.sync();
    expect(await device.db.tasks.get(task)).toMatchObject({ title: 'Doors', notes: 'Nobody opened' });
    expect(await device.db.clients.get(client)).toMatchObject({ accessNotes: 'Door code 7' });
    expect(await device.db.rejected.count()).toBe(0);
    await expectScope(device, ana.member);
  });
});

describe('a device ends with the rows of the new scope, and every edit is judged', () => {
  const roleOf = (member: SignedIn, role: string) => async () => {
    expect((await office.call('PATCH', `/v1/members/${member.userId}`, { role })).status).toBe(200);
  };
  const moved = () => officeDoes(set('employee', ana.employeeId, { teamId: south }));
  const unlinked = () => officeDoes(set('employee', ana.employeeId, { userId: null }));

  it.each<[string, () => Promise<void>, object]>([
    ['becomes a manager', () => roleOf(ana.member, 'manager')(), { task: 3, client: 1, rejected: 0 }],
    ['moves to another team', moved, { task: 2, client: 1, rejected: 1 }],
    ['stands for nobody any more', unlinked, { task: 0, client: 0, rejected: 2 }],
    [
      'has her record deleted',
      () => officeDoes(remove('employee', ana.employeeId, null)),
      { task: 0, client: 0, rejected: 2 },
    ],
    [
      "is given another's record",
      async () => {
        await unlinked();
        await officeDoes(set('employee', bea.employeeId, { userId: null }));
        await officeDoes(set('employee', bea.employeeId, { userId: ana.member.userId }));
      },
      { task: 1, client: 1, rejected: 2 },
    ],
  ])('when she %s', async (_, change, expected) => {
    const device = await openDevice(tenant, ana.member);
    const hers = await aTask({ assignedEmployeeId: ana.employeeId });
    const teams = await aTask({ teamId: north });
    await aTask({ teamId: south });
    await device.sync();
    expect(await device.db.tasks.count()).toBe(2);
    device.line.isOffline = true;
    await device.db.tasks.update(hers, { notes: 'Done' });
    await device.db.tasks.update(teams, { notes: 'Done, too' });
    await change();
    device.line.isOffline = false;
    await device.sync();
    await device.sync();
    const found = {
      task: await device.db.tasks.count(),
      client: await device.db.clients.count(),
      rejected: await device.db.rejected.count(),
    };
    expect(found).toEqual(expected);
    await expectScope(device, ana.member);
    // Nothing that she typed is gone: it is on the server, or told as refused.
    const refused = (await device.db.rejected.toArray()).map(({ payload }) => payload.notes);
    const { changes } = await office.pullAll();
    const notes = changes.map(({ payload }) => payload?.notes);
    for (const typed of ['Done', 'Done, too']) expect([...refused, ...notes]).toContain(typed);
  });

  it('when a manager becomes an employee, with work of both kinds waiting', async () => {
    const boss = await tenant.server.addMember(
      { token: office.token, tenantId: tenant.tenantId },
      { email: 'bo@example.com', role: 'manager' },
    );
    const record = v7();
    await officeDoes(create('employee', record, { name: 'Bo', userId: boss.userId, teamId: north }));
    const device = await openDevice(tenant, boss);
    const kept = await aTask({ teamId: north });
    const lost = await aTask({ teamId: south });
    await device.sync();
    expect(await device.db.employees.get(bea.employeeId)).toMatchObject({ hourlyRate: 13 });
    device.line.isOffline = true;
    await device.db.tasks.update(kept, { notes: 'Windows done' });
    await device.db.tasks.update(lost, { notes: 'Doors done' });
    await device.db.clients.update(client, { phone: '+9' });
    await roleOf(boss, 'employee')();
    device.line.isOffline = false;
    await device.sync();
    expect((await device.db.rejected.toArray()).map(({ entityId }) => entityId).toSorted()).toEqual(
      [lost, client].toSorted(),
    );
    expect(await device.db.tasks.toArray()).toMatchObject([{ id: kept, notes: 'Windows done' }]);
    expect(await device.db.employees.get(bea.employeeId)).not.toHaveProperty('hourlyRate');
    await expectScope(device, boss);
    await roleOf(boss, 'manager')();
    await device.sync();
    expect(await device.db.employees.get(bea.employeeId)).toMatchObject({ hourlyRate: 13 });
    await expectScope(device, boss);
  });

  it('in the middle of a first pull, and of the pull anew after it', async () => {
    await officeDoes(
      ...Array.from({ length: 9 }, (_, index) =>
        create('task', v7(), { ...TASK, teamId: index % 2 === 0 ? north : south }),
      ),
    );
    const device = await openDevice(tenant, ana.member, { pullLimit: 3 });
    let pulls = 0;
    device.line.beforePull = async () => {
      pulls += 1;
      if (pulls === 3 || pulls === 6) {
        await officeDoes(set('employee', ana.employeeId, { teamId: pulls === 3 ? south : north }));
      }
    };
    await device.trySync();
    await device.sync();
    expect(pulls).toBeGreaterThan(6);
    expect(await device.db.tasks.count()).toBe(5);
    await expectScope(device, ana.member);
  });

  it('when a member without a record is given one', async () => {
    const eve = await tenant.server.addMember(
      { token: office.token, tenantId: tenant.tenantId },
      { email: 'eve@example.com', role: 'employee' },
    );
    const device = await openDevice(tenant, eve);
    const record = v7();
    await officeDoes(create('employee', record, { name: 'Eve', teamId: north }));
    await aTask({ assignedEmployeeId: record });
    await device.sync();
    expect(await device.db.tasks.count()).toBe(0);
    await officeDoes(set('employee', record, { userId: eve.userId }));
    await device.sync();
    expect([await device.db.tasks.count(), await device.db.clients.count()]).toEqual([1, 1]);
    await expectScope(device, eve);
  });
});
