import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { describe, expect, test } from 'vitest';
import { aTask, openDevice, outboxOf, recordId, TENANT, type TestDevice } from '../testing/open-device.ts';
import { resolveOptions } from '../options.ts';
import { errorAnswer } from '../testing/scripted-server.ts';
import {
  completeLate,
  failToList,
  failToRead,
  failWhenFull,
  tellLate,
  watchedIndexedDB,
} from '../testing/storage-faults.ts';
import { quarantine } from './quarantine.ts';

const WARD = 'backhaul:field-service:set-aside:quarantine';

const opened = (request: IDBOpenDBRequest): Promise<IDBDatabase> =>
  new Promise((resolve) => request.addEventListener('success', () => resolve(request.result)));

/** A device that typed two tasks and whose store is broken: its next opening puts it aside. */
async function brokenDevice(given: Parameters<typeof openDevice>[0] = {}, junk: object[] = []): Promise<TestDevice> {
  const device = await openDevice(given);
  const { db, indexedDB } = device;
  await db.sync.now();
  await db.tasks.add({ id: recordId(1), ...aTask, notes: 'Ring twice' });
  await db.tasks.add({ id: recordId(2), ...aTask });
  await db.sync.close();
  const connection = await opened(indexedDB.open(db.name));
  const transaction = connection.transaction(['_memory', '_outbox'], 'readwrite');
  transaction.objectStore('_memory').put({ key: 'sync', deviceId: 7 });
  for (const row of junk) transaction.objectStore('_outbox').put(row);
  await new Promise((resolve) => transaction.addEventListener('complete', resolve));
  connection.close();
  return device;
}

const JUNK = { seq: 99, what: 'A gate code nobody can send' };

/** What is kept of databases that were put aside, as text. */
async function wardOf(indexedDB: IDBFactory): Promise<string> {
  const connection = await opened(indexedDB.open(WARD));
  const reading = connection.transaction('stores').objectStore('stores').getAll();
  await new Promise((resolve) => reading.addEventListener('success', resolve));
  connection.close();
  return JSON.stringify(reading.result);
}

describe('what is kept of a broken store', () => {
  test('nothing, once all of it goes on in the new one', async () => {
    const device = await brokenDevice();
    const after = await device.reopen();
    expect(await outboxOf(after)).toHaveLength(2);
    expect(await wardOf(device.indexedDB)).toBe('[]');
  });

  test('what could not go on, and that for thirty days on which the app was used', async () => {
    const clock = { now: Date.parse('2026-03-01T08:00:00Z') };
    let device = await brokenDevice({ now: () => clock.now }, [JUNK]);
    device = await device.reopen();
    expect(device.db.sync.status.get().recovery).toMatchObject({ saved: 2, lost: 1 });
    const kept = await wardOf(device.indexedDB);
    expect(kept).toContain('A gate code');
    expect(kept).not.toContain('Ring twice');
    // A clock that is years ahead for once is one day, too.
    clock.now += 4_000 * 86_400_000;
    device = await device.reopen();
    clock.now -= 4_000 * 86_400_000;
    for (let day = 3; day <= 30; day += 1) {
      clock.now += 86_400_000;
      device = await device.reopen();
    }
    expect(await wardOf(device.indexedDB)).toContain('A gate code');
    clock.now += 86_400_000;
    device = await device.reopen();
    expect(await wardOf(device.indexedDB)).toBe('[]');
  });

  test.each([
    ['revoked', () => errorAnswer(403, 'DEVICE_REVOKED')],
    ['removed', () => errorAnswer(404, 'NOT_FOUND', {}, { tenantId: TENANT })],
    ['disabled', () => errorAnswer(403, 'MEMBER_DISABLED')],
  ] as const)('nothing of somebody who was %s, from that moment on', async (_, answer) => {
    const device = await (await brokenDevice({}, [JUNK])).reopen();
    await device.db.sync.now();
    expect(await wardOf(device.indexedDB)).toContain('A gate code');
    device.server.onPull(answer);
    await device.db.sync.now();
    expect(await wardOf(device.indexedDB)).toBe('[]');
  });

  test('nothing after signing out, but what belongs to another user', async () => {
    const indexedDB = new IDBFactory();
    await (await brokenDevice({ indexedDB, userId: 'user_ben' }, [{ ...JUNK, what: 'Of Ben' }])).reopen();
    const device = await (await brokenDevice({ indexedDB }, [JUNK])).reopen();
    await device.db.sync.signOut({ unsent: 'handOver' });
    const kept = await wardOf(indexedDB);
    expect(kept).toContain('Of Ben');
    expect(kept).not.toContain('A gate code');
  });
});

test('of a store that can not even be listed nobody can say how much is lost, and the status says that', async () => {
  const fault = { isOn: false };
  const indexedDB = watchedIndexedDB((transaction) => {
    if (fault.isOn) failToList(transaction, '_outbox');
  });
  const device = await brokenDevice({ indexedDB });
  const replace = indexedDB.deleteDatabase.bind(indexedDB);
  fault.isOn = true;
  indexedDB.deleteDatabase = (name) => {
    fault.isOn = false;
    return replace(name);
  };
  const after = await device.reopen();
  expect(after.db.sync.status.get().recovery).toMatchObject({ reason: 'corrupt', saved: 0, lost: 1, isLeast: true });
  await after.db.tasks.add({ id: recordId(3), ...aTask });
  expect(await after.db.sync.now()).toMatchObject({ error: null, status: { pending: 0 } });
});

test('what was lost before is still counted when another store is put aside', async () => {
  let device = await brokenDevice({}, [JUNK]);
  device = await device.reopen();
  expect(device.db.sync.status.get()).toMatchObject({ recovery: { saved: 2, lost: 1 }, uploadsLost: 0, sendsLost: 0 });
  await device.db.sync.now();
  await device.db.sync.close();
  const connection = await opened(device.indexedDB.open(device.db.name));
  const transaction = connection.transaction(['_memory', '_outbox'], 'readwrite');
  const memory = transaction.objectStore('_memory');
  const known = memory.get('sync');
  known.addEventListener('success', () => {
    const recovery = { ...known.result.recovery, isLeast: true };
    memory.put({ ...known.result, recovery, lostFiles: 3, lostSends: 4, format: 99 });
  });
  transaction.objectStore('_outbox').put({ ...JUNK, seq: 100 });
  await new Promise((resolve) => transaction.addEventListener('complete', resolve));
  connection.close();
  const { recovery, uploadsLost, sendsLost } = (await device.reopen()).db.sync.status.get();
  expect(recovery).toMatchObject({ reason: 'downgraded', saved: 0, lost: 2, isLeast: true });
  expect([uploadsLost, sendsLost]).toEqual([3, 4]);
});

/** A device whose store was put aside; the new one could not take it yet. */
async function owingDevice(): Promise<TestDevice & { readonly changeIds: string[] }> {
  const disk = { isFull: false };
  const indexedDB = watchedIndexedDB((transaction) => {
    if (transaction.db.name !== WARD) failWhenFull(transaction, () => disk.isFull);
  });
  const device = await openDevice({ indexedDB });
  await device.db.sync.close();
  const broken = await brokenDevice({ indexedDB, server: device.server });
  const connection = await opened(indexedDB.open(broken.db.name));
  const reading = connection.transaction('_outbox').objectStore('_outbox').getAll();
  await new Promise((resolve) => reading.addEventListener('success', resolve));
  connection.close();
  disk.isFull = true;
  await expect(broken.reopen()).rejects.toMatchObject({ code: 'STORAGE_FULL' });
  disk.isFull = false;
  return { ...broken, changeIds: (reading.result as { changeId: string }[]).map(({ changeId }) => changeId) };
}

describe('two tabs that restore at the same time', () => {
  test('both open, and what was typed is there once', async () => {
    const { indexedDB, server, changeIds } = await owingDevice();
    const tabs = await Promise.all([openDevice({ indexedDB, server }), openDevice({ indexedDB, server })]);
    for (const tab of tabs) expect((await outboxOf(tab)).map(({ changeId }) => changeId)).toEqual(changeIds);
    await Promise.all(tabs.map(({ db }) => db.sync.now()));
    expect(await outboxOf(tabs[0])).toEqual([]);
    expect(await wardOf(indexedDB)).toBe('[]');
  });

  test('the slower one takes nothing back that the other has done since', async () => {
    const { indexedDB, server, changeIds } = await owingDevice();
    const gate = Promise.withResolvers<void>();
    const slow = { isOn: true };
    const begin = indexedDB.open.bind(indexedDB);
    indexedDB.open = (...args) => {
      const request = begin(...args);
      if (args[0] !== WARD || !slow.isOn) return request;
      slow.isOn = false;
      request.addEventListener('success', () => {
        const connection = request.result;
        const transact = connection.transaction.bind(connection);
        connection.transaction = (...names) => {
          const transaction = transact(...names);
          if (transaction.mode === 'readonly') tellLate(transaction, 'stores', gate.promise);
          return transaction;
        };
      });
      return request;
    };
    const opening = openDevice({ indexedDB, server });
    await expect.poll(() => slow.isOn).toBe(false);
    const fast = await openDevice({ indexedDB, server });
    await fast.db.sync.now();
    await fast.db.tasks.add({ id: recordId(3), ...aTask });
    const cursor = (await fast.db.table('_memory').toArray())[0]?.cursor;
    gate.resolve();
    const slower = await opening;
    expect((await outboxOf(slower)).map(({ entityId }) => entityId)).toEqual([recordId(3)]);
    expect((await slower.db.table('_memory').toArray())[0]?.cursor).toBe(cursor);
    expect(slower.db.device.id).toBe(fast.db.device.id);
    await slower.db.sync.now();
    const sent = server.pushes.flatMap(({ changes }) => changes.map(({ changeId }) => changeId));
    expect(sent.slice(0, 2)).toEqual(changeIds);
    expect(new Set(sent).size).toBe(sent.length);
    expect(sent).toHaveLength(3);
  });
});

test('an app that ends before the broken store is replaced: it is saved once more, and the fuller copy counts', async () => {
  let broken: IDBValidKey | null = null;
  const indexedDB = watchedIndexedDB((transaction) => {
    if (broken !== null && transaction.db.name !== WARD) failToRead(transaction, '_outbox', broken);
  });
  const device = await brokenDevice({ indexedDB });
  const replace = indexedDB.deleteDatabase.bind(indexedDB);
  indexedDB.deleteDatabase = () => {
    throw new DOMException('The app ends here', 'AbortError');
  };
  await expect(device.reopen()).rejects.toThrow('The app ends here');
  // And the disk goes on dying.
  broken = 1;
  indexedDB.deleteDatabase = (name) => {
    broken = null;
    return replace(name);
  };
  const after = await device.reopen();
  expect(await outboxOf(after)).toHaveLength(2);
  expect(after.db.sync.status.get().recovery).toMatchObject({ saved: 2, lost: 0 });
  expect(await wardOf(indexedDB)).toBe('[]');
});

const ANA = { url: 'http://server.test', tenantId: TENANT, userId: 'user_ana', getToken: async () => 'token' };

const databasesOn = async (indexedDB: IDBFactory): Promise<(string | undefined)[]> =>
  (await indexedDB.databases()).map(({ name }) => name);

const later = (): PromiseWithResolvers<void> => Promise.withResolvers<void>();

test('what an older version puts aside while another tab works on is not taken for restored by the next to open', async () => {
  const device = await openDevice();
  const { db, indexedDB } = device;
  await db.tasks.add({ id: recordId(1), ...aTask });
  const replace = indexedDB.deleteDatabase.bind(indexedDB);
  indexedDB.deleteDatabase = () => {
    throw new DOMException('Not yet', 'AbortError');
  };
  const options = resolveOptions('field-service', { ...ANA, indexedDB, IDBKeyRange });
  await expect(quarantine(options, new Error('newer'), async () => 'downgraded')).rejects.toThrow('Not yet');
  indexedDB.deleteDatabase = replace;
  const next = await openDevice({ indexedDB });
  expect(await outboxOf(next)).toHaveLength(1);
  await next.db.sync.close();
  await db.sync.close();
  // It goes on.
  await new Promise((gone) => indexedDB.deleteDatabase(db.name).addEventListener('success', gone));
  const after = await openDevice({ indexedDB });
  expect((await outboxOf(after)).map(({ entityId }) => entityId)).toEqual([recordId(1)]);
  expect(await wardOf(indexedDB)).toBe('[]');
});

describe('two tabs that find the store broken at the same time, on a platform without locks', () => {
  test('the slower one does not delete what the faster one has put in its place', async () => {
    const [saved, gate, replacing] = [later(), later(), later()];
    let isSlow = true;
    const indexedDB = watchedIndexedDB((transaction) => {
      if (transaction.db.name !== WARD || transaction.mode !== 'readwrite' || !isSlow) return;
      isSlow = false;
      completeLate(transaction, gate.promise);
      saved.resolve();
    });
    const { server } = await brokenDevice({ indexedDB, locks: null });
    const slower = openDevice({ indexedDB, server, locks: null });
    await saved.promise;
    const remove = indexedDB.deleteDatabase.bind(indexedDB);
    indexedDB.deleteDatabase = (name) => {
      const request = remove(name);
      request.addEventListener('blocked', () => replacing.resolve());
      return request;
    };
    const faster = openDevice({ indexedDB, server, locks: null });
    // It is there before the other goes on, or has to wait for it.
    const early = await Promise.race([faster, replacing.promise]);
    await early?.db.tasks.add({ id: recordId(3), ...aTask });
    gate.resolve();
    await Promise.all([slower, faster]);
    const after = await openDevice({ indexedDB, server });
    const kept = (await outboxOf(after)).map(({ entityId }) => entityId);
    expect(kept).toEqual([recordId(1), recordId(2), ...(early ? [recordId(3)] : [])]);
    expect(await wardOf(indexedDB)).toBe('[]');
  });

  test('one that looks at what the other is about to delete does not hold that up, and looks again', async () => {
    const device = await brokenDevice();
    const { indexedDB, db } = device;
    const options = resolveOptions('field-service', { ...ANA, indexedDB, IDBKeyRange });
    const seen = ['corrupt', null] as const;
    let looks = 0;
    await quarantine(options, new Error('broken'), async () => {
      if (looks === 0) await new Promise((gone) => indexedDB.deleteDatabase(db.name).addEventListener('success', gone));
      return seen[looks++] ?? null;
    });
    expect([looks, await databasesOn(indexedDB)]).toEqual([2, [db.name]]);
  });
});
