import type { AuditResponse, ConflictsResponse } from '@backhaul/shared';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDevice, recordsOn, recordsOnServer, type SdkDevice } from '../support/sdk-device.ts';
import { createWorld, TASK, type World } from '../support/sync-client.ts';

describe('two SDK devices', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
  });
  afterAll(() => world.close());

  /** A task that both devices hold in the same version. */
  async function sharedTask(a: SdkDevice, b: SdkDevice, values: object = {}): Promise<string> {
    const id = v7();
    await a.db.tasks.add({ id, ...TASK, notes: 'old', ...values });
    await a.sync();
    await b.sync();
    return id;
  }

  async function loggedLosses(id: string): Promise<unknown[]> {
    const office = world.device();
    const { body } = await office.call<ConflictsResponse>('GET', `/v1/conflicts?entity=task&entityId=${id}`);
    return body.conflicts.map(({ winner, client, server }) => (winner === 'client' ? server : client).values);
  }

  async function writtenValues(id: string, field: string): Promise<unknown[]> {
    const { body } = await world.device().call<AuditResponse>('GET', `/v1/audit?entity=task&entityId=${id}`);
    return body.audit.map(({ changes }) => changes[field]?.to).filter((value) => value !== undefined);
  }

  it('I1: edit offline, meet in one field and in different ones, and end equal', async () => {
    const [a, b] = [await openDevice(world), await openDevice(world)];
    const id = await sharedTask(a, b);
    await a.db.tasks.update(id, { title: 'From a', notes: 'a was here' });
    await b.db.tasks.update(id, { title: 'From b', status: 'completed' });
    for (const device of [a, b, a]) await device.sync();

    const server = await recordsOnServer(world.device());
    expect(await recordsOn(a.db)).toEqual(server);
    expect(await recordsOn(b.db)).toEqual(server);
    expect(server.get(`task/${id}`)).toMatchObject({ title: 'From b', notes: 'a was here', status: 'completed' });
    expect(await loggedLosses(id)).toEqual([{ title: 'From a' }]);
    expect(await b.db.conflicts.toArray()).toMatchObject([{ entity: 'task', entityId: id, fields: ['title'] }]);
  });

  it('adopts a foreign version with its content by a push that changes nothing, and then overwrites nothing unlogged', async () => {
    const [a, b] = [await openDevice(world), await openDevice(world)];
    const id = await sharedTask(a, b);
    await a.db.tasks.update(id, { title: 'From a', notes: 'a was here' });
    await a.sync();
    // The same value as is on the server: a no-op there, made on the old version.
    await b.db.tasks.update(id, { title: 'From a' });
    b.line.afterPush = async () => {
      b.line.isOffline = true;
    };
    await b.trySync();
    expect(await b.db.tasks.get(id)).toMatchObject({ title: 'From a', notes: 'a was here' });
    await b.db.tasks.update(id, { notes: 'b knows what a wrote' });
    b.line.afterPush = null;
    b.line.isOffline = false;
    await b.sync();
    // It saw the note of a, so this is an edit and no conflict; nothing that it had not seen is gone.
    expect(await loggedLosses(id)).toEqual([]);
    expect(await writtenValues(id, 'notes')).toEqual(['old', 'a was here', 'b knows what a wrote']);
  });

  it('pulls under a pending edit, edits the same field again, and the foreign value is logged', async () => {
    const [a, b] = [await openDevice(world), await openDevice(world)];
    const id = await sharedTask(a, b);
    await a.db.tasks.update(id, { title: 'From a' });
    await a.sync();
    const version = (await b.db.tasks.get(id))?.updatedAt;
    // Edited while the cycle is between its push and its pull: the new version arrives under the pending edit.
    b.line.beforePull = async () => {
      b.line.beforePull = null;
      await b.db.tasks.update(id, { title: 'From b' });
    };
    await b.sync();
    expect(await b.db.tasks.get(id)).toMatchObject({ title: 'From b' });
    expect((await b.db.tasks.get(id))?.updatedAt).not.toBe(version);
    expect(await loggedLosses(id)).toEqual([]);
    await b.db.tasks.update(id, { title: 'From b, again' });
    await b.sync();
    expect(await loggedLosses(id)).toEqual([{ title: 'From a' }]);
    expect((await recordsOnServer(world.device())).get(`task/${id}`)).toMatchObject({ title: 'From b, again' });
  });

  it('an edit whose answer was lost and that was then edited again: both arrive, nothing twice', async () => {
    const [a, b] = [await openDevice(world), await openDevice(world)];
    const id = await sharedTask(a, b);
    await a.db.tasks.update(id, { title: 'First' });
    a.line.losesPushAnswers = true;
    await a.trySync();
    a.line.losesPushAnswers = false;
    await a.db.tasks.update(id, { title: 'Second' });
    await a.sync();
    expect(await writtenValues(id, 'title')).toEqual([TASK.title, 'First', 'Second']);
    expect(await loggedLosses(id)).toEqual([]);
    expect(a.db.sync.status.get().pending).toBe(0);
  });

  it('I7: 1,000 changes with one bad one: 999 land, and the device keeps the other and shows why', async () => {
    const device = await openDevice(world);
    const ids = Array.from({ length: 1000 }, () => v7());
    const bad = ids[500] as string;
    await device.db.tasks.bulkAdd(ids.map((id) => ({ id, ...TASK, date: id === bad ? '2026-02-30' : TASK.date })));
    await device.sync();
    const server = await recordsOnServer(world.device());
    expect(ids.filter((id) => server.has(`task/${id}`))).toHaveLength(999);
    expect(server.has(`task/${bad}`)).toBe(false);
    expect(await device.db.rejected.toArray()).toMatchObject([
      { entity: 'task', entityId: bad, code: 'INVALID_DATE', fields: ['date'], payload: { date: '2026-02-30' } },
    ]);
    expect(await device.db.tasks.get(bad)).toBeUndefined();

    const [rejected] = await device.db.rejected.toArray();
    await device.db.rejected.retry(rejected?.changeId as string, { date: '2026-02-28' });
    await device.sync();
    expect(await device.db.rejected.count()).toBe(0);
    expect((await recordsOnServer(world.device())).get(`task/${bad}`)).toMatchObject({ date: '2026-02-28' });
  }, 60_000);

  it('I8: a record that was deleted while its device was away stays deleted, unless it was edited there', async () => {
    const [a, b] = [await openDevice(world), await openDevice(world)];
    const [quiet, edited] = [await sharedTask(a, b), await sharedTask(a, b)];
    await b.db.tasks.update(edited, { notes: 'done on site' });
    await a.db.tasks.bulkDelete([quiet, edited]);
    await a.sync();
    for (const device of [b, a, b]) await device.sync();
    const server = await recordsOnServer(world.device());
    expect(server.has(`task/${quiet}`)).toBe(false);
    expect(server.get(`task/${edited}`)).toMatchObject({ notes: 'done on site' });
    expect(await recordsOn(a.db)).toEqual(server);
    expect(await recordsOn(b.db)).toEqual(server);
  });
});
