import { describe, expect, test } from 'vitest';
import { aTask, openDevice, recordId, type TestDevice } from '../testing/open-device.ts';
import { loseConnection } from '../testing/storage-faults.ts';
import { errorAnswer, judging, lost, version } from '../testing/scripted-server.ts';

const id = recordId(1);
const task = { table: 'tasks', id };

/** A device with a write that could not be sent yet. */
async function deviceWithWrite(): Promise<TestDevice> {
  const device = await openDevice();
  await device.db.sync.now();
  device.server.onPush(lost);
  // Resolves without a network.
  expect(await device.db.tasks.add({ id, ...aTask })).toBe(id);
  expect(await device.db.sync.now()).toMatchObject({ error: { code: 'NETWORK' }, status: { pending: 1 } });
  return device;
}

describe('what has become of a write', () => {
  test('synced, once the service has taken it', async () => {
    const { db } = await deviceWithWrite();
    const [one, all] = [db.sync.whenSynced(task), db.sync.whenSynced()];
    await db.sync.now();
    expect(await Promise.all([one, all])).toEqual([{ kind: 'synced' }, { kind: 'synced' }]);
    expect(await db.sync.whenSynced(task)).toEqual({ kind: 'synced' });
  });

  test('of a record does not wait for others', async () => {
    const { db, server } = await openDevice();
    await db.tasks.bulkAdd([1, 2].map((n) => ({ id: recordId(n), ...aTask })));
    server.onPush(
      judging((change) =>
        change.entityId === id
          ? { outcome: 'applied', updatedAt: version(20) }
          : { outcome: 'rejected', code: 'INVALID_FIELD' },
      ),
    );
    await db.sync.now();
    expect(await db.sync.whenSynced(task)).toEqual({ kind: 'synced' });
    expect(await db.sync.whenSynced({ table: 'tasks', id: recordId(2) })).toMatchObject({
      kind: 'rejected',
      changes: [{ code: 'INVALID_FIELD', payload: aTask }],
    });
    expect(await db.sync.whenSynced()).toEqual({ kind: 'rejected', changes: [] });
  });

  test('held, while it waits for something that the service lacks', async () => {
    const { db, server } = await openDevice();
    await db.tasks.add({ id, ...aTask });
    server.onPush(judging(() => ({ outcome: 'rejected', code: 'MISSING_REFERENCE', retryable: true })));
    await db.sync.now();
    expect(await db.sync.whenSynced(task)).toMatchObject({ kind: 'held', reasons: [{ code: 'MISSING_REFERENCE' }] });
    expect(await db.sync.whenSynced()).toEqual({ kind: 'held', reasons: [] });
  });
});

describe('is not waited for any longer when', () => {
  const waiting = ({ db }: TestDevice): Promise<unknown[]> =>
    Promise.allSettled([db.sync.whenSynced(task), db.sync.whenSynced()]);
  const refused = (code: string) => [1, 2].map(() => ({ status: 'rejected', reason: { code } }));

  test('the database is closed', async () => {
    const device = await deviceWithWrite();
    const settled = waiting(device);
    await device.db.sync.close();
    expect(await settled).toMatchObject(refused('CLOSED'));
    await expect(device.db.sync.whenSynced(task)).rejects.toMatchObject({ code: 'CLOSED' });
  });

  test('the user signs out', async () => {
    const device = await deviceWithWrite();
    const settled = waiting(device);
    device.server.onPush(lost);
    await device.db.sync.signOut({ unsent: 'handOver' });
    expect(await settled).toMatchObject(refused('SIGNED_OUT'));
  });

  test('what was waited for is lost with the database', async () => {
    const device = await deviceWithWrite();
    const { db, indexedDB } = device;
    const settled = waiting(device);
    // Asked later and answered: by now both wait.
    await db.sync.whenSynced({ table: 'tasks', id: recordId(9) });
    loseConnection(db.backendDB());
    await new Promise((resolve) => indexedDB.deleteDatabase(db.name).addEventListener('success', resolve));
    await db.tasks.add({ id: recordId(3), ...aTask });
    expect(await settled).toMatchObject(refused('STORAGE_UNAVAILABLE'));
  });

  test.each([
    [403, 'DEVICE_REVOKED'],
    [403, 'MEMBER_DISABLED'],
  ])('the device may not sync any more: %i %s', async (status, code) => {
    const device = await deviceWithWrite();
    const settled = waiting(device);
    device.server.onPush(() => errorAnswer(status, code));
    await device.db.sync.now();
    expect(await settled).toMatchObject(refused(code));
  });
});

test('a table that the domain does not have', async () => {
  const { db } = await openDevice();
  await expect(db.sync.whenSynced({ table: 'nothings', id })).rejects.toMatchObject({ code: 'UNKNOWN_ENTITY' });
});
