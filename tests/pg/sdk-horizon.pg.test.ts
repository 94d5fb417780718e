import { v7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { daysPass, purge } from '../support/horizon.ts';
import { openDevice, recordsOn, recordsOnServer, type SdkDevice } from '../support/sdk-device.ts';
import { createWorld, remove, type SyncClient, TASK, type World } from '../support/sync-client.ts';

let world: World;
let office: SyncClient;
let a: SdkDevice;
let sleeper: SdkDevice;
beforeEach(async () => {
  world = await createWorld();
  office = world.device();
  a = await openDevice(world);
  sleeper = await openDevice(world, world.manager, { pullLimit: 5 });
});
afterEach(() => world.close());

/** Tasks that every device holds. */
async function sharedTasks(count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => v7());
  await a.db.tasks.bulkAdd(ids.map((id, index) => ({ id, ...TASK, title: `task ${index}`, notes: 'old' })));
  await a.sync();
  await sleeper.sync();
  return ids;
}

async function deleteOnA(...ids: string[]): Promise<void> {
  await a.db.tasks.bulkDelete(ids);
  await a.sync();
}

async function horizonPasses(): Promise<void> {
  await daysPass(world, 91);
  await purge(world);
}

async function expectEqual(...devices: SdkDevice[]): Promise<Map<string, unknown>> {
  const server = await recordsOnServer(world.device());
  for (const { db } of devices) expect(await recordsOn(db)).toEqual(server);
  return server;
}

describe('a device that slept beyond the horizon', () => {
  it('I8, I2: ends equal, with nothing resurrected and nothing lost, whatever it did meanwhile', async () => {
    const ids = await sharedTasks(12);
    const [gone, goneToo, deletedHere, deletedOnBoth, alive, aliveField, edited] = ids as [
      string,
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    // On the device, without a network.
    await sleeper.db.tasks.update(gone, { notes: 'typed on site', status: 'completed' });
    await sleeper.db.tasks.delete(deletedOnBoth);
    await sleeper.db.tasks.delete(deletedHere);
    await sleeper.db.tasks.update(alive, { notes: 'seen by nobody yet' });
    await sleeper.db.tasks.update(aliveField, { title: 'from the sleeper' });
    const made = v7();
    await sleeper.db.tasks.add({ id: made, ...TASK, title: 'made offline' });
    const client = v7();
    await sleeper.db.clients.add({ id: client, name: 'New client' });
    await sleeper.db.tasks.update(made, { clientId: client });
    // Elsewhere.
    await deleteOnA(gone, goneToo, deletedOnBoth);
    await a.db.tasks.update(aliveField, { notes: 'from a' });
    await a.db.tasks.update(edited, { title: 'edited by a' });
    await a.sync();
    await horizonPasses();

    await sleeper.sync();
    await a.sync();
    const server = await expectEqual(sleeper, a);
    for (const id of [gone, goneToo, deletedHere, deletedOnBoth]) {
      expect(server.has(`task/${id}`)).toBe(false);
      expect(await sleeper.db.tasks.get(id)).toBeUndefined();
    }
    expect(server.get(`task/${alive}`)).toMatchObject({ notes: 'seen by nobody yet' });
    expect(server.get(`task/${aliveField}`)).toMatchObject({ title: 'from the sleeper', notes: 'from a' });
    expect(server.get(`task/${edited}`)).toMatchObject({ title: 'edited by a' });
    expect(server.get(`task/${made}`)).toMatchObject({ title: 'made offline', clientId: client });
    // What could not be applied is there to be read, word for word; a deletion of what is gone is simply done.
    expect(await sleeper.db.rejected.toArray()).toMatchObject([
      {
        entity: 'task',
        entityId: gone,
        op: 'upsert',
        code: 'RECORD_GONE',
        payload: { notes: 'typed on site', status: 'completed' },
      },
    ]);
    expect(sleeper.db.sync.status.get()).toMatchObject({ pending: 0, rejected: 1, error: null });
  });

  it('is sent back by CURSOR_EXPIRED, pulls everything anew, and is at rest then', async () => {
    const ids = await sharedTasks(12);
    await deleteOnA(...ids.slice(0, 3));
    await horizonPasses();
    const asked: string[] = [];
    sleeper.line.beforePull = async () => {
      asked.push('pull');
    };
    await sleeper.sync();
    // The refused one, and two pages of what is left.
    expect(asked).toHaveLength(3);
    await expectEqual(sleeper, a);
    asked.length = 0;
    await sleeper.sync();
    expect(asked).toHaveLength(1);
  });

  it('edits on while it resyncs, and the edits are judged like any', async () => {
    const ids = await sharedTasks(14);
    const [gone, alive, deleted] = ids as [string, string, string];
    await deleteOnA(gone);
    await horizonPasses();
    let page = 0;
    sleeper.line.beforePull = async () => {
      page += 1;
      if (page !== 2) return;
      // The app still shows what it had, and it is edited between two pages of the resync.
      await sleeper.db.tasks.update(gone, { notes: 'too late' });
      await sleeper.db.tasks.update(alive, { notes: 'in time' });
      await sleeper.db.tasks.delete(deleted);
    };
    await sleeper.sync();
    sleeper.line.beforePull = null;
    await sleeper.sync();
    await a.sync();
    const server = await expectEqual(sleeper, a);
    expect(server.get(`task/${alive}`)).toMatchObject({ notes: 'in time' });
    expect(server.has(`task/${gone}`)).toBe(false);
    expect(server.has(`task/${deleted}`)).toBe(false);
    expect(await sleeper.db.rejected.toArray()).toMatchObject([
      { entityId: gone, code: 'RECORD_GONE', payload: { notes: 'too late' } },
    ]);
  });

  it('is cut off in the middle of a resync by another purge, and starts over', async () => {
    const ids = await sharedTasks(14);
    await deleteOnA(...ids.slice(0, 2));
    await horizonPasses();
    let page = 0;
    sleeper.line.beforePull = async () => {
      page += 1;
      if (page !== 3) return;
      await deleteOnA(...ids.slice(2, 5));
      await horizonPasses();
    };
    // Refused twice, the cycle fails; the next one begins with what is stored, and resyncs from the start.
    await sleeper.trySync();
    expect(sleeper.db.sync.status.get().error).toMatchObject({ code: 'CURSOR_EXPIRED' });
    await sleeper.sync();
    // Refused, one page, refused; refused, and two pages of nine.
    expect(page).toBe(6);
    const server = await expectEqual(sleeper, a);
    expect([...server.keys()].filter((key) => key.startsWith('task/'))).toHaveLength(9);
  });

  it('lost the answer of a create that was deleted and purged since: it makes no ghost', async () => {
    await sharedTasks(3);
    const id = v7();
    sleeper.line.losesPushAnswers = true;
    await sleeper.db.tasks.add({ id, ...TASK, title: 'answer lost' });
    await sleeper.trySync();
    sleeper.line.losesPushAnswers = false;
    await sleeper.db.tasks.update(id, { notes: 'and edited on' });
    await office.push([remove('task', id, (await office.pullAll()).cursor)]);
    await horizonPasses();
    await sleeper.sync();
    await a.sync();
    const server = await expectEqual(sleeper, a);
    expect(server.has(`task/${id}`)).toBe(false);
    expect(await sleeper.db.rejected.toArray()).toMatchObject([
      { entityId: id, code: 'RECORD_GONE', payload: { notes: 'and edited on' } },
    ]);
  });

  it('edits a tombstone that a live row has kept: the record lives again, and the conflict says so', async () => {
    const client = v7();
    await a.db.clients.add({ id: client, name: 'Client' });
    const task = v7();
    await a.db.tasks.add({ id: task, ...TASK, clientId: client });
    await a.sync();
    await sleeper.sync();
    await sleeper.db.clients.update(client, { name: 'Client, new name' });
    await a.db.clients.delete(client);
    await a.sync();
    await horizonPasses();
    await sleeper.sync();
    await a.sync();
    const server = await expectEqual(sleeper, a);
    expect(server.get(`client/${client}`)).toMatchObject({ name: 'Client, new name' });
    expect(await sleeper.db.conflicts.toArray()).toMatchObject([{ entityId: client, fields: ['deletedAt'] }]);
    expect(await sleeper.db.rejected.count()).toBe(0);
  });

  it('keeps a refused edit across the resync, and a retry is refused again without harm', async () => {
    const [gone] = (await sharedTasks(4)) as [string];
    await sleeper.db.tasks.update(gone, { notes: 'precious' });
    await deleteOnA(gone);
    await horizonPasses();
    await sleeper.sync();
    const [entry] = await sleeper.db.rejected.toArray();
    await sleeper.db.rejected.retry(entry?.changeId as string, { notes: 'precious, still' });
    await sleeper.sync();
    expect(await sleeper.db.rejected.toArray()).toMatchObject([
      { entityId: gone, payload: { notes: 'precious, still' } },
    ]);
    await expectEqual(sleeper);
    // The work can be done anew under another id.
    const id = await sleeper.db.tasks.add({ ...TASK, notes: 'precious, still' });
    await sleeper.sync();
    expect((await expectEqual(sleeper)).get(`task/${id}`)).toMatchObject({ notes: 'precious, still' });
  });
});

it('a device within the horizon is not sent back: its cursor is newer than what was purged', async () => {
  const ids = await sharedTasks(8);
  await deleteOnA(ids[0] as string);
  await sleeper.sync();
  await deleteOnA(ids[1] as string);
  await daysPass(world, 60);
  // The first two deletions are 60 days old, this one is of today: it pulls now, and sleeps another 40 days.
  await deleteOnA(ids[2] as string);
  await sleeper.sync();
  await daysPass(world, 40);
  expect(await purge(world)).toBe(2);
  await deleteOnA(ids[3] as string);
  let pulls = 0;
  sleeper.line.beforePull = async () => {
    pulls += 1;
  };
  await sleeper.sync();
  expect(pulls).toBe(1);
  await expectEqual(sleeper, a);
});
