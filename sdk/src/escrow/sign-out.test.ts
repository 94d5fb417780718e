import { IDBObjectStore } from 'fake-indexeddb';
import { describe, expect, test } from 'vitest';
import { aTask, openDevice, pulledTask, recordId, type TestDevice } from '../testing/open-device.ts';
import { errorAnswer, json, lost, pullAnswer, version } from '../testing/scripted-server.ts';

const id = recordId(1);

async function deviceWithTask(given: Parameters<typeof openDevice>[0] = {}): Promise<TestDevice> {
  const device = await openDevice(given);
  device.server.onPull(() => json(pullAnswer([pulledTask(1, version(1))])));
  await device.db.sync.now();
  return device;
}

const databasesOn = async ({ indexedDB }: TestDevice): Promise<(string | undefined)[]> =>
  (await indexedDB.databases()).map(({ name }) => name);

describe('signing out', () => {
  test('with nothing unsent deletes the local database', async () => {
    const device = await deviceWithTask();
    expect(await device.db.sync.signOut()).toEqual({ kind: 'deleted', waiting: 0, handedOver: 0, lapsed: 0 });
    expect(await databasesOn(device)).toEqual([]);
    const again = await openDevice({ indexedDB: device.indexedDB, server: device.server });
    expect(again.db.device.id).not.toBe(device.db.device.id);
    expect(await again.db.tasks.count()).toBe(0);
  });

  test('with unsent work is refused unless somebody says what becomes of it', async () => {
    const device = await deviceWithTask();
    await device.db.tasks.update(id, { title: 'Mine' });
    await expect(device.db.sync.signOut()).rejects.toMatchObject({
      code: 'UNSENT_WORK',
      details: { pending: 1, rejected: 0 },
    });
    expect(await device.db.tasks.get(id)).toMatchObject({ title: 'Mine' });
    expect(device.server.requests).toHaveLength(1);
    expect(await device.db.sync.now()).toMatchObject({ error: null, status: { pending: 0 } });
    expect(device.server.pushed).toMatchObject([{ payload: { title: 'Mine' } }]);
  });

  test('sends what it can, hands over the rest, and deletes', async () => {
    const device = await deviceWithTask();
    const { db, server } = device;
    await db.tasks.update(id, { title: 'Mine' });
    await db.tasks.add({ id: recordId(2), ...aTask });
    server.onPush((request) => {
      const answer = server.accept(request);
      // Of the second change nothing is known.
      return json({ ...answer, results: answer.results.slice(0, 1) });
    });
    expect(await db.sync.signOut({ unsent: 'handOver' })).toEqual({
      kind: 'deleted',
      waiting: 0,
      handedOver: 1,
      lapsed: 0,
    });
    expect(server.escrows).toMatchObject([{ reason: 'signedOut', changes: [{ entityId: recordId(2) }] }]);
    expect((await databasesOn(device)).filter((name) => name?.endsWith('user_ana'))).toEqual([]);
  });

  test('without a network sets the work aside, and the same user’s next app hands it over', async () => {
    const device = await deviceWithTask();
    const { db, server, indexedDB } = device;
    await db.tasks.update(id, { title: 'Mine' });
    server.onPush(lost);
    server.onEscrow(lost);
    expect(await db.sync.signOut({ unsent: 'handOver' })).toEqual({
      kind: 'deleted',
      waiting: 1,
      handedOver: 0,
      lapsed: 0,
    });
    expect((await databasesOn(device)).filter((name) => name?.endsWith('user_ana'))).toEqual([]);
    const again = await openDevice({ indexedDB, server });
    expect(again.db.device.id).not.toBe(db.device.id);
    expect(await again.db.sync.now()).toMatchObject({
      error: null,
      status: { setAside: { waiting: 0, handedOver: 1 } },
    });
    expect(server.escrows[1]).toMatchObject({ deviceId: db.device.id, changes: [{ payload: { title: 'Mine' } }] });
  });

  test('what can not be moved out of the local database, on a full disk, stays there and is handed over later', async () => {
    const device = await deviceWithTask();
    const { db, server, indexedDB } = device;
    await db.tasks.update(id, { title: 'Mine' });
    server.onPush(lost);
    const whole = Object.getOwnPropertyDescriptor(IDBObjectStore.prototype, 'put') as PropertyDescriptor;
    const put = whole.value as (this: IDBObjectStore, ...args: unknown[]) => IDBRequest;
    function refuse(this: IDBObjectStore, ...args: unknown[]): IDBRequest {
      if (this.transaction.db.name.endsWith(':set-aside')) throw new DOMException('Full', 'QuotaExceededError');
      return put.apply(this, args);
    }
    Object.defineProperty(IDBObjectStore.prototype, 'put', { ...whole, value: refuse });
    try {
      expect(await db.sync.signOut({ unsent: 'handOver' })).toMatchObject({ kind: 'deleted', waiting: 1 });
    } finally {
      Object.defineProperty(IDBObjectStore.prototype, 'put', whole);
    }
    const again = await openDevice({ indexedDB, server });
    expect(await again.db.tasks.count()).toBe(0);
    expect(await again.db.sync.now()).toMatchObject({ status: { setAside: { waiting: 0, handedOver: 1 } } });
    expect(server.escrows).toMatchObject([{ deviceId: db.device.id, changes: [{ payload: { title: 'Mine' } }] }]);
  });

  test('keeps everything for the same user’s next sign-in when asked to', async () => {
    const device = await deviceWithTask();
    await device.db.tasks.update(id, { title: 'Mine' });
    expect(await device.db.sync.signOut({ unsent: 'keep' })).toEqual({
      kind: 'kept',
      pending: 1,
      rejected: 0,
      uploads: 0,
      sends: 0,
    });
    await expect(device.db.tasks.count()).rejects.toMatchObject({ name: 'DatabaseClosedError' });
    const again = await openDevice({ indexedDB: device.indexedDB, server: device.server });
    expect(again.db.device.id).toBe(device.db.device.id);
    expect(await again.db.tasks.get(id)).toMatchObject({ title: 'Mine' });
  });

  test('of a revoked device: the next to sign in is a new device', async () => {
    const device = await deviceWithTask();
    const { db, server, indexedDB } = device;
    await db.tasks.update(id, { title: 'Mine' });
    server.onPush(() => errorAnswer(403, 'DEVICE_REVOKED'));
    server.onEscrow(lost, lost);
    await db.sync.now();
    expect(await db.sync.signOut()).toEqual({ kind: 'deleted', waiting: 1, handedOver: 0, lapsed: 0 });
    const again = await openDevice({ indexedDB, server });
    expect(again.db.device.id).not.toBe(db.device.id);
    expect(await again.db.sync.now()).toMatchObject({
      error: null,
      status: { barred: null, setAside: { handedOver: 1 } },
    });
    expect(server.escrows.at(-1)).toMatchObject({ deviceId: db.device.id, reason: 'revoked' });
  });

  test('a write of another tab is either counted or refused, never lost', async () => {
    const device = await deviceWithTask();
    const other = await openDevice({ indexedDB: device.indexedDB, server: device.server });
    const [left, written] = await Promise.allSettled([
      device.db.sync.signOut(),
      other.db.tasks.update(id, { title: 'From the other tab' }),
    ]);
    if (written.status === 'fulfilled') expect(left).toMatchObject({ reason: { code: 'UNSENT_WORK' } });
    else expect(left.status).toBe('fulfilled');
    expect([left.status, written.status].toSorted()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('another tab', () => {
  test('sees that the device was revoked, and asks the service nothing more', async () => {
    const device = await deviceWithTask();
    const other = await openDevice({ indexedDB: device.indexedDB, server: device.server });
    await device.db.tasks.update(id, { title: 'Mine' });
    device.server.onPush(() => errorAnswer(403, 'DEVICE_REVOKED'));
    await device.db.sync.now();
    await expect
      .poll(() => other.db.sync.status.get())
      .toMatchObject({
        barred: 'revoked',
        error: { code: 'DEVICE_REVOKED' },
        phase: 'stopped',
      });
    expect(await other.db.tasks.count()).toBe(0);
    const { length } = device.server.requests;
    await other.db.sync.now();
    expect(device.server.requests).toHaveLength(length);
  });

  test.each([
    ['with locks', globalThis.navigator.locks],
    ['without', null],
  ])('is closed when this one signs out, and does not make the database again, %s', async (_, locks) => {
    const device = await openDevice({ locks });
    await device.db.sync.now();
    const other = await openDevice({ indexedDB: device.indexedDB, server: device.server, locks });
    const synced = other.db.sync.whenSynced();
    await synced;
    await device.db.sync.signOut();
    await expect
      .poll(() => other.db.sync.status.get())
      .toMatchObject({ phase: 'stopped', error: { code: 'SIGNED_OUT' } });
    await expect(other.db.tasks.count()).rejects.toMatchObject({ name: 'DatabaseClosedError' });
    expect(await other.db.sync.now()).toMatchObject({ error: { code: 'CLOSED' } });
    expect(await databasesOn(device)).toEqual([]);
  });
});

test('a sign-out that was cut off before the emptied database was gone is over at the next opening', async () => {
  const device = await deviceWithTask();
  await device.db.tasks.update(id, { title: 'Mine' });
  const { server, indexedDB, db } = device;
  server.onPush(lost);
  // The app is killed once its work is set aside.
  server.onEscrow(() => new Promise<Response>(() => undefined));
  const cutOff = expect(db.sync.signOut({ unsent: 'handOver' })).rejects.toMatchObject({ name: 'DatabaseClosedError' });
  await expect.poll(() => server.escrows).toHaveLength(1);
  const again = await openDevice({ indexedDB, server });
  expect(again.db.device.id).not.toBe(db.device.id);
  expect(again.db.sync.status.get()).toMatchObject({ barred: null, error: null });
  expect(await again.db.sync.now()).toMatchObject({ error: null, status: { setAside: { waiting: 0, handedOver: 1 } } });
  await db.sync.close();
  await cutOff;
});

test.each([
  ['with locks', globalThis.navigator.locks],
  ['without', null],
])('a tab that was opened while another signs out ends with it, %s', async (_, locks) => {
  const one = await openDevice({ locks });
  const { server } = one;
  const gate = Promise.withResolvers<Response>();
  server.onPull(() => json(pullAnswer([pulledTask(1, version(10))])));
  await one.db.sync.now();
  await one.db.tasks.update(recordId(1), { title: 'Mine' });
  server.onPush(lost);
  server.onEscrow(() => gate.promise);
  const leaving = one.db.sync.signOut({ unsent: 'handOver' });
  await expect.poll(() => server.escrows).toHaveLength(1);
  server.onPull(() => json(pullAnswer([pulledTask(1, version(10))])));
  const other = await openDevice({ server, locks, indexedDB: one.indexedDB });
  // It waits its turn to hand over, behind the other.
  const syncing = other.db.sync.now().catch(() => null);
  await expect.poll(() => other.db.tasks.count()).toBe(1);
  gate.resolve(json({ ok: true }, 202));
  await leaving;
  await syncing;
  await expect.poll(() => other.db.sync.status.get().error).toMatchObject({ code: 'SIGNED_OUT' });
  expect((await one.indexedDB.databases()).map(({ name }) => name)).not.toContain(one.db.name);
});
