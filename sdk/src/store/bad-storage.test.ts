import { IDBFactory } from 'fake-indexeddb';
import { describe, expect, test, vi } from 'vitest';
import type { SyncStatus } from '../status/sync-status.ts';
import { ManualTimers } from '../testing/manual-timers.ts';
import { aTask, openDevice, outboxOf, pulledTask, recordId, type TestDevice } from '../testing/open-device.ts';
import { errorAnswer, json, pullAnswer, version } from '../testing/scripted-server.ts';
import { failToRead, failWhenFull, loseConnection, watchedIndexedDB } from '../testing/storage-faults.ts';

const id = recordId(1);

const until = (db: TestDevice['db'], reached: (status: SyncStatus) => boolean): Promise<void> =>
  new Promise((resolve) => {
    const check = (status: SyncStatus): void => {
      if (!reached(status)) return;
      end();
      resolve();
    };
    const end = db.sync.status.subscribe(check);
    check(db.sync.status.get());
  });

describe('a full disk', () => {
  test('refuses a write with its code, and keeps nothing of it', async () => {
    const disk = { isFull: false };
    const indexedDB = watchedIndexedDB((transaction) => failWhenFull(transaction, () => disk.isFull));
    const device = await openDevice({ indexedDB });
    const { db } = device;
    disk.isFull = true;
    const full = { name: 'BackhaulError', code: 'STORAGE_FULL' };
    await expect(db.tasks.add({ id, ...aTask })).rejects.toMatchObject(full);
    await expect(db.tasks.bulkAdd([{ ...aTask }, { ...aTask }])).rejects.toMatchObject(full);
    await expect(
      db.transaction('rw', db.tasks, async () => {
        await db.tasks.add({ id, ...aTask });
        await db.tasks.update(id, { notes: 'n' });
      }),
    ).rejects.toMatchObject(full);
    expect([await db.tasks.count(), await outboxOf(device)]).toEqual([0, []]);
    disk.isFull = false;
    await db.tasks.add({ id, ...aTask });
    expect(await outboxOf(device)).toHaveLength(1);
  });

  test('pauses the sync, which says so and goes on when there is space again', async () => {
    const timers = new ManualTimers();
    const disk = { isFull: false };
    const indexedDB = watchedIndexedDB((transaction) => failWhenFull(transaction, () => disk.isFull));
    const { db, server } = await openDevice({
      autoSync: true,
      timers,
      random: () => 0.5,
      pollInterval: 10_000,
      indexedDB,
    });
    await until(db, ({ phase }) => phase === 'idle');
    disk.isFull = true;
    const page = () => json(pullAnswer([pulledTask(1, version(10))]));
    server.onPull(page, page);
    timers.fire(10_000);
    await until(db, ({ error }) => error?.code === 'STORAGE_FULL');
    expect([db.sync.status.get().phase, await db.tasks.count()]).toEqual(['waiting', 0]);
    disk.isFull = false;
    timers.fire(500);
    await until(db, ({ error, phase }) => error === null && phase === 'idle');
    expect(await db.tasks.count()).toBe(1);
  });
});

describe('a connection that is lost', () => {
  /** A write and a whole cycle, tried until they succeed: how many transactions that took, with the nth of them lost. */
  async function play(lostAt: number): Promise<number> {
    const count = { isOn: false, begun: 0 };
    const indexedDB = watchedIndexedDB(({ db: connection }) => {
      if (!count.isOn) return;
      count.begun += 1;
      if (count.begun === lostAt) loseConnection(connection);
    });
    const { db, server } = await openDevice({ indexedDB });
    const page = () => json(pullAnswer([pulledTask(1, version(10)), pulledTask(2, version(11))]));
    server.onPull(page, page, page, page);
    count.isOn = true;
    const write = (): Promise<string> => db.tasks.put({ id, ...aTask });
    await write().catch(write);
    await db.sync.now();
    expect(await db.sync.now()).toMatchObject({ error: null, status: { pending: 0, recovery: null } });
    expect((await db.tasks.orderBy('id').primaryKeys()).map(String)).toEqual([id, recordId(2)]);
    expect(new Set(server.pushes.flatMap(({ changes }) => changes.map(({ changeId }) => changeId))).size).toBe(1);
    return count.begun;
  }

  // A whole cycle for each of its steps: 12 s on a quiet machine of two cores.
  test('is opened again, whichever step it was lost in, and nothing is lost or made twice', {
    timeout: 90_000,
  }, async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    const steps = await play(0);
    expect(steps).toBeGreaterThan(10);
    for (let step = 1; step <= steps; step += 1) await play(step);
    warn.mockRestore();
  });
});

describe('a database that is deleted under the running app', () => {
  test('is made again by the same device, says what is lost, and is pulled anew', async () => {
    const { db, server, indexedDB } = await openDevice();
    server.onPull(() => json(pullAnswer([pulledTask(1, version(10))])));
    await db.sync.now();
    await db.tasks.add({ ...aTask });
    await until(db, ({ pending }) => pending === 1);
    server.onPull(() => json(pullAnswer([pulledTask(1, version(10)), pulledTask(3, version(11))])));
    loseConnection(db.backendDB());
    await new Promise((resolve) => indexedDB.deleteDatabase(db.name).addEventListener('success', resolve));

    const added = await db.tasks.add({ id: recordId(3), ...aTask });
    await until(db, ({ recovery }) => recovery !== null);
    expect(db.sync.status.get()).toMatchObject({ recovery: { reason: 'evicted', saved: 0, lost: 1 } });
    expect(await db.sync.now()).toMatchObject({ error: null, status: { pending: 0 } });
    expect((await db.tasks.orderBy('id').primaryKeys()).map(String)).toEqual([id, added]);
    expect(new Set(server.requests.map(({ headers }) => headers.get('x-device-id')))).toEqual(new Set([db.device.id]));

    await db.tasks.update(added, { notes: 'n' });
    await until(db, ({ pending }) => pending === 1);
    loseConnection(db.backendDB());
    await new Promise((resolve) => indexedDB.deleteDatabase(db.name).addEventListener('success', resolve));
    await db.tasks.count();
    await until(db, ({ recovery }) => recovery?.lost === 2);
  });

  test('by a script, which asks the tab to let go, is made again as well', async () => {
    const { db, server, indexedDB } = await openDevice({ locks: globalThis.navigator.locks });
    await db.sync.now();
    await db.tasks.add({ ...aTask });
    await until(db, ({ pending }) => pending === 1);
    await new Promise((resolve) => indexedDB.deleteDatabase(db.name).addEventListener('success', resolve));
    await until(db, ({ recovery }) => recovery !== null);
    expect(db.sync.status.get()).toMatchObject({ barred: null, recovery: { reason: 'evicted', saved: 0, lost: 1 } });
    const id = await db.tasks.add({ ...aTask });
    expect(await db.sync.now()).toMatchObject({ error: null, status: { pending: 0 } });
    expect(server.pushed.map(({ entityId }) => entityId)).toEqual([id]);
    expect(new Set(server.requests.map(({ headers }) => headers.get('x-device-id')))).toEqual(new Set([db.device.id]));
  });
});

/** Alters the stored database behind the back of everybody, while nobody has it open. */
async function tamper({ db, indexedDB }: TestDevice, work: (transaction: IDBTransaction) => void): Promise<void> {
  await db.sync.close();
  const request = indexedDB.open(db.name);
  await new Promise((resolve) => request.addEventListener('success', resolve));
  const transaction = request.result.transaction(['_memory', '_outbox'], 'readwrite');
  work(transaction);
  await new Promise((resolve) => transaction.addEventListener('complete', resolve));
  request.result.close();
}

describe('a database that can not be gone on with', () => {
  async function deviceWithWork(indexedDB = new IDBFactory()): Promise<TestDevice> {
    const device = await openDevice({ indexedDB });
    const { db, server } = device;
    server.onPull(() => json(pullAnswer([pulledTask(1, version(10)), pulledTask(2, version(11))])));
    await db.sync.now();
    await db.tasks.update(id, { notes: 'edited' });
    await db.tasks.add({ id: recordId(3), ...aTask });
    return device;
  }

  const breaks: [string, 'corrupt' | 'downgraded', (transaction: IDBTransaction) => void][] = [
    [
      'whose memory is no memory',
      'corrupt',
      (transaction) => void transaction.objectStore('_memory').put({ key: 'sync', deviceId: 7 }),
    ],
    [
      'of a newer format',
      'downgraded',
      (transaction) => {
        const memory = transaction.objectStore('_memory');
        const read = memory.get('sync');
        read.addEventListener('success', () => void memory.put({ ...read.result, format: 2 }));
      },
    ],
  ];

  test.each(breaks)('%s is put aside: its outbox goes on in a new one', async (_, reason, spoil) => {
    const device = await deviceWithWork();
    const before = await outboxOf(device);
    await tamper(device, (transaction) => {
      spoil(transaction);
      transaction.objectStore('_outbox').put({ seq: 99, what: 'nobody knows' });
    });
    const after = await device.reopen();
    device.server.onPull(() =>
      json(
        pullAnswer([
          pulledTask(2, version(11)),
          pulledTask(1, version(12), { notes: 'edited' }),
          pulledTask(3, version(13)),
        ]),
      ),
    );
    expect((await outboxOf(after)).map(({ changeId }) => changeId)).toEqual(before.map(({ changeId }) => changeId));
    expect(await after.db.tasks.get(recordId(3))).toMatchObject(aTask);
    expect(after.db.device.id === device.db.device.id).toBe(reason === 'downgraded');
    expect(await after.db.sync.now()).toMatchObject({
      error: null,
      status: { pending: 0, recovery: { reason, saved: 2, lost: 1 } },
    });
    const sent = device.server.pushes.flatMap(({ changes }) => changes);
    expect(sent).toMatchObject([
      { entityId: id, baseUpdatedAt: version(10), payload: { notes: 'edited' } },
      { entityId: recordId(3), baseUpdatedAt: null, payload: aTask },
    ]);
    expect(await after.db.tasks.count()).toBe(3);
    // Once is enough.
    const again = await after.reopen();
    expect([await outboxOf(again), await again.db.tasks.count()]).toEqual([[], 3]);
  });

  test('and of which one change can not be read: the others go on, and that one is counted', async () => {
    let broken: IDBValidKey | null = null;
    const indexedDB = watchedIndexedDB((transaction) => {
      if (broken !== null) failToRead(transaction, '_outbox', broken);
    });
    const device = await deviceWithWork(indexedDB);
    const [first, second] = await outboxOf(device);
    await tamper(device, (transaction) => {
      transaction.objectStore('_memory').put({ key: 'sync', deviceId: 7 });
    });
    broken = first?.seq ?? null;
    const replace = indexedDB.deleteDatabase.bind(indexedDB);
    indexedDB.deleteDatabase = (name) => {
      broken = null;
      return replace(name);
    };
    const after = await device.reopen();
    expect((await outboxOf(after)).map(({ changeId }) => changeId)).toEqual([second?.changeId]);
    expect(after.db.sync.status.get().recovery).toMatchObject({ reason: 'corrupt', saved: 1, lost: 1 });
  });

  test('is brought into the new one where the databases can not be listed, too', async () => {
    const indexedDB = new IDBFactory();
    const device = await deviceWithWork(indexedDB);
    await tamper(device, (transaction) => {
      transaction.objectStore('_memory').put({ key: 'sync', deviceId: 7 });
    });
    indexedDB.databases = () => Promise.reject(new DOMException('Not now', 'UnknownError'));
    const after = await device.reopen();
    expect(await outboxOf(after)).toHaveLength(2);
  });

  test('with another primary key than ours is put aside, too', async () => {
    const indexedDB = new IDBFactory();
    const { db } = await openDevice({ indexedDB });
    await db.sync.close();
    await new Promise((resolve) => indexedDB.deleteDatabase(db.name).addEventListener('success', resolve));
    const request = indexedDB.open(db.name, 10);
    request.addEventListener(
      'upgradeneeded',
      () => void request.result.createObjectStore('tasks', { keyPath: 'other' }),
    );
    await new Promise((resolve) => request.addEventListener('success', resolve));
    request.result.close();
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    const after = await openDevice({ indexedDB });
    warn.mockRestore();
    expect(after.db.sync.status.get().recovery).toMatchObject({ reason: 'corrupt', saved: 0, lost: 0 });
    await after.db.tasks.add({ id, ...aTask });
    expect(await after.db.sync.now()).toMatchObject({ error: null });
  });
});

describe('a database that can not be opened', () => {
  test('where there is no IndexedDB, or it may not be used', async () => {
    const unavailable = { name: 'BackhaulError', code: 'STORAGE_UNAVAILABLE' };
    const refusing = {
      open() {
        throw new DOMException('not here', 'SecurityError');
      },
    } as unknown as IDBFactory;
    await expect(openDevice({ indexedDB: refusing })).rejects.toMatchObject(unavailable);
  });

  test('because another version holds it: refused after a while, and nothing is touched', async () => {
    const timers = new ManualTimers();
    const indexedDB = new IDBFactory();
    const { db } = await openDevice({ indexedDB });
    await db.sync.close();
    // Of an app that does not hear that it is asked to let go.
    const holder = indexedDB.open(db.name);
    await new Promise((resolve) => holder.addEventListener('success', resolve));
    const upgraded = holder.result.version + 1;
    const upgrade = indexedDB.open(db.name, upgraded);
    await new Promise((resolve) => upgrade.addEventListener('blocked', resolve));

    const opening = openDevice({ indexedDB, timers });
    const refused = expect(opening).rejects.toMatchObject({ code: 'STORAGE_BLOCKED' });
    await vi.waitFor(() => timers.fire(15_000));
    await refused;
    holder.result.close();
    await new Promise((resolve) => upgrade.addEventListener('success', resolve));
    upgrade.result.close();
    expect((await openDevice({ indexedDB })).db.device.id).toBe(db.device.id);
  });
});

test('asks the browser to keep the database, and says what it answered', async () => {
  const { db } = await openDevice({ persistStorage: async () => true });
  await until(db, ({ persisted }) => persisted === true);
});

describe('a database that a script deletes', () => {
  const locks = globalThis.navigator.locks;
  const deleteIt = ({ db, indexedDB }: TestDevice) =>
    new Promise((resolve) => indexedDB.deleteDatabase(db.name).addEventListener('success', resolve));

  test('with work that was typed a moment before: all of it is counted', async () => {
    const device = await openDevice({ locks });
    const { status } = device.db.sync;
    await device.db.sync.now();
    await device.db.tasks.add({ ...aTask });
    await expect.poll(() => status.get().pending).toBe(1);
    for (let more = 0; more < 5; more += 1) await device.db.tasks.add({ ...aTask });
    await deleteIt(device);
    await expect.poll(() => status.get().recovery).toMatchObject({ reason: 'evicted', lost: 6 });
  });

  test('of a revoked device takes nothing afterwards, either', async () => {
    const device = await openDevice({ locks });
    const { db, server } = device;
    server.onPull(
      () => json(pullAnswer([pulledTask(1, version(10))])),
      () => errorAnswer(403, 'DEVICE_REVOKED'),
    );
    await db.sync.now();
    await db.sync.now();
    expect(db.sync.status.get().barred).toBe('revoked');
    await deleteIt(device);
    await expect(db.tasks.add({ ...aTask })).rejects.toMatchObject({ code: 'DEVICE_REVOKED' });
    expect(db.sync.status.get().barred).toBe('revoked');
  });
});
