import { v7 } from 'uuid';
import { describe, expect, test } from 'vitest';
import { ManualTimers } from '../testing/manual-timers.ts';
import { openDevice, recordId, TENANT, type TestDevice } from '../testing/open-device.ts';
import { errorAnswer, json, judging, lost, pullAnswer, version } from '../testing/scripted-server.ts';
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

describe('a message that waits for its record goes at once', () => {
  const invoice = { title: 'Windows', type: 'receivable', dueDate: '2026-02-01', status: 'pending' } as const;
  const rest = { currency: 'eur', kind: 'invoiceClient', amount: 10 } as const;

  async function waitingDevice(judge: Parameters<typeof judging>[0]) {
    const timers = new ManualTimers();
    const device = await openDevice({ autoSync: true, timers });
    const { db, server } = device;
    await expect.poll(() => db.sync.status.get().phase).toBe('idle');
    const id = await db.financeEntries.add({ ...invoice, ...rest });
    await db.sends.ask('invoices', id, ASK);
    // One that need not wait, behind it: when this has gone, the other was looked at.
    await db.sends.ask('invoices', recordId(9), ASK);
    await expect.poll(() => server.sends).toEqual([`/v1/invoices/${recordId(9)}/send`]);
    server.onPush(judging(judge));
    return { ...device, timers, id };
  }

  test('when a rejection of it is settled', async () => {
    const { db, server, timers } = await waitingDevice(() => ({ outcome: 'rejected', code: 'INVALID_AMOUNT' }));
    await expect.poll(() => timers.delays).toContain(10);
    timers.fire(10);
    await expect.poll(() => db.sync.status.get()).toMatchObject({ rejected: 1, phase: 'idle' });
    expect(server.sends).toHaveLength(1);
    const [refused] = await db.rejected.toArray();
    await db.rejected.discard(`${refused?.changeId}`);
    await expect.poll(() => server.sends).toHaveLength(2);
  });

  test('when the change that it waits for is taken back', async () => {
    const { db, server } = await waitingDevice(() => ({ outcome: 'applied' }));
    await expect.poll(() => db.sync.status.get().pending).toBe(1);
    const [change] = await db.pending.toArray();
    await db.pending.undo(`${change?.changeId}`);
    await expect.poll(() => server.sends).toHaveLength(2);
    expect(server.pushes).toEqual([]);
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

describe('while the service takes its time over one message', () => {
  const taken = () => json({ status: 'queued', notificationIds: [], results: [] }, 202);

  async function slowDevice() {
    const device = await openDevice();
    const gate = Promise.withResolvers<void>();
    const slow = () => gate.promise.then(taken);
    device.server.onSend(slow, taken, taken);
    let asked = 0;
    const ask = () => device.db.sends.ask('invoices', recordId((asked += 1)), ASK);
    await device.db.sync.now();
    return { ...device, gate, ask };
  }

  test('one behind it that is given up is not sent', async () => {
    const { db, server, gate, ask } = await slowDevice();
    await ask();
    const [first] = await db.sends.toArray();
    // Asked for in the same millisecond, either might go first.
    await expect.poll(() => new Date().toISOString()).not.toBe(first?.at);
    const second = await ask();
    const syncing = db.sync.now();
    await expect.poll(() => server.sends).toHaveLength(1);
    await db.sends.discard(second);
    gate.resolve();
    await syncing;
    expect(server.sends).toEqual([`/v1/invoices/${recordId(1)}/send`]);
  });

  test('whoever wants another pass shares the one after it', async () => {
    const { db, server, gate, ask } = await slowDevice();
    await ask();
    const syncing = [db.sync.now(), db.sync.now(), db.sync.now()];
    await expect.poll(() => server.sends).toHaveLength(1);
    gate.resolve();
    await Promise.all(syncing);
    expect(server.sends).toHaveLength(1);
    expect(await db.sends.count()).toBe(0);
  });
});
