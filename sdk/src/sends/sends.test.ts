import { v7 } from 'uuid';
import { describe, expect, test } from 'vitest';
import { openDevice, recordId, TENANT, type TestDevice } from '../testing/open-device.ts';
import { errorAnswer, json, lost, pullAnswer, version } from '../testing/scripted-server.ts';
import { watchedIndexedDB } from '../testing/storage-faults.ts';

const ASK = { channels: ['sms'] } as const;
const offline = { isOnline: () => false, isVisible: () => true, subscribe: () => () => undefined };

/** A device that asked for two messages, of which the service refused one for good. */
async function deviceWithSends(): Promise<TestDevice> {
  const device = await openDevice();
  device.server.onPull(() => json(pullAnswer([], { nextCursor: version(10) })));
  device.server.onSend(() => errorAnswer(422, 'UNREACHABLE'), lost, lost);
  await device.db.sends.ask('invoices', recordId(1), ASK);
  await device.db.sends.ask('invoices', recordId(2), ASK);
  await device.db.sync.now();
  expect(await device.db.sends.toArray()).toMatchObject([{ state: 'refused' }, { state: 'waiting' }]);
  return device;
}

test('the status and the inspection count what waits and what was refused', async () => {
  const { db } = await deviceWithSends();
  await db.sync.now();
  expect(db.sync.status.get()).toMatchObject({ sends: 0, sendsRefused: 1, sendsLost: 0 });
  const away = await openDevice({ signals: offline });
  await away.db.sends.ask('invoices', recordId(1), ASK);
  await expect.poll(() => away.db.sync.status.get()).toMatchObject({ sends: 1, sendsRefused: 0 });
  expect((await away.db.sync.inspect()).status).toMatchObject({ sends: 1 });
});

describe.each([
  ['revoked', () => errorAnswer(403, 'DEVICE_REVOKED'), 'DEVICE_REVOKED'],
  ['removed', () => errorAnswer(404, 'NOT_FOUND', {}, { tenantId: TENANT }), 'MEMBER_REMOVED'],
  ['disabled', () => errorAnswer(403, 'MEMBER_DISABLED'), 'MEMBER_DISABLED'],
] as const)('on a device that is %s', (_, answer, code) => {
  test('messages that had not gone out are given up, and counted, across restarts', async () => {
    const device = await deviceWithSends();
    device.server.onPull(answer);
    expect((await device.db.sync.now()).status).toMatchObject({ sends: 0, sendsRefused: 0, sendsLost: 2 });
    expect(await device.db.sends.count()).toBe(0);
    const again = await device.reopen();
    expect(again.db.sync.status.get()).toMatchObject({ sendsLost: 2 });
  });

  test('nothing is asked for any more', async () => {
    const { db, server } = await deviceWithSends();
    server.onPull(answer);
    await db.sync.now();
    const asked = server.sends.length;
    await expect(db.sends.ask('invoices', recordId(1), ASK)).rejects.toMatchObject({ code });
    await expect(db.sends.retry(v7())).rejects.toMatchObject({ code });
    expect(await db.sends.count()).toBe(0);
    expect(server.sends).toHaveLength(asked);
  });
});

test('what was asked is on the disk when the answer comes: a power cut does not take it back', async () => {
  const seen: [string[], string][] = [];
  const indexedDB = watchedIndexedDB(({ mode, objectStoreNames, durability }) => {
    if (mode === 'readwrite' && objectStoreNames.contains('sends')) seen.push([[...objectStoreNames], durability]);
  });
  const { db } = await openDevice({ indexedDB, signals: offline });
  seen.length = 0;
  await db.sends.ask('invoices', recordId(1), ASK);
  expect(seen).toEqual([[['_memory', 'sends'], 'strict']]);
});
