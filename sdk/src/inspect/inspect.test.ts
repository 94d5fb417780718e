import { fieldService } from '@backhaul/shared';
import { beforeEach, describe, expect, test } from 'vitest';
import { type KitDevice, openOnKit } from '../testing/kit-device.ts';
import { createTestServer, type TestServer } from '../test-kit/test-server.ts';
import { createCycleLog } from './cycle-log.ts';

const aTask = { title: 'Windows', date: '2026-02-01', status: 'scheduled' } as const;

let server: TestServer;
let device: KitDevice;
beforeEach(async () => {
  server = createTestServer(fieldService);
  server.addMember({ userId: 'user_marta', name: 'Marta Oliveira' });
  device = await openOnKit(server, 'user_marta', { appVersion: '1.2.3', platform: 'test' });
});

describe('an inspection', () => {
  test('of a device that has not synced', async () => {
    expect(await device.db.sync.inspect()).toMatchObject({
      deviceId: device.db.device.id,
      tenantId: server.tenantId,
      versions: { schema: fieldService.schemaVersion, serverSchema: null, app: '1.2.3', platform: 'test' },
      status: { phase: 'idle', pending: 0, error: null, barred: null },
      cursor: null,
      resync: null,
      clockOffset: null,
      storage: { used: null, quota: null },
      records: { task: 0, client: 0 },
      outbox: [],
      rejected: [],
      cycles: [],
    });
  });

  test('tells what waits, in which state, and how the last cycles went', async () => {
    const id = await device.db.tasks.add({ ...aTask });
    await device.sync();
    await device.db.tasks.update(id, { clientId: '018f0000-0000-7000-8000-0000000000ff' });
    await device.sync();
    await device.db.financeEntries.add({ title: 'Parking', amount: 14.555 } as never);
    await device.sync();
    await device.db.tasks.update(id, { title: 'Doors', notes: 'Dog' });
    device.line.fail('push', 'lostAnswer');
    await device.db.sync.now();
    await device.db.tasks.delete(id);
    const { outbox, rejected, cycles, records, status, cursor, clockOffset } = await device.db.sync.inspect();
    expect(outbox).toMatchObject([
      { entity: 'task', entityId: id, op: 'upsert', fields: ['title', 'notes'], state: 'sent', heldBecause: null },
      { op: 'delete', fields: [], state: 'unsent' },
    ]);
    expect(outbox.every(({ age, editedAt }) => age >= 0 && Date.parse(editedAt) > 0)).toBe(true);
    expect(rejected).toMatchObject([{ entity: 'finance_entry', code: 'INVALID_AMOUNT', fields: ['amount'] }]);
    expect(records).toMatchObject({ task: 0, finance_entry: 0 });
    expect(status).toMatchObject({ pending: 2, rejected: 1, error: 'NETWORK' });
    expect([typeof cursor, typeof clockOffset]).toEqual(['string', 'number']);
    expect(cycles.map(({ error }) => error)).toEqual([null, null, null, 'NETWORK']);
    expect(cycles[0]).toMatchObject({ push: { requests: 1 }, pull: { requests: 1 } });
    expect(cycles[0]?.push.bytesSent).toBeGreaterThan(100);
    expect(cycles[0]?.pull.bytesReceived).toBeGreaterThan(100);
  });

  test('what is held says why', async () => {
    await device.db.tasks.add({ ...aTask, clientId: '018f0000-0000-7000-8000-0000000000ff' });
    await device.sync();
    expect((await device.db.sync.inspect()).outbox).toMatchObject([
      { state: 'held', heldBecause: 'MISSING_REFERENCE', attempts: 1 },
    ]);
  });
});

const FATES = ['accepted', 'lostAnswer', 'held', 'refused', 'offline', 'conflict', 'unauthorised', 'revoked'] as const;

test.each(FATES)('no value that anybody typed, no name and no user comes into it: %s', async (fate) => {
  const typed = ['title', 'notes', 'address', 'contact', 'phone', 'email', 'date'].map((field) => `typed-${field}`);
  const [title = '', notes = '', address = '', contact = '', phone = '', email = '', date = ''] = typed;
  const { db, line } = device;
  const id = await db.tasks.add({ ...aTask, title });
  await device.sync();
  const missing = fate === 'held' ? { clientId: '018f0000-0000-7000-8000-0000000000ff' } : {};
  const wrong = fate === 'refused' ? { date } : {};
  await db.tasks.update(id, { notes, address, ...missing, ...wrong });
  await db.clients.add({ name: title, contact, phone, email });
  if (fate === 'conflict') server.as('user_marta').update('task', id, { notes: 'typed-elsewhere' });
  if (fate === 'lostAnswer') line.fail('push', 'lostAnswer');
  if (fate === 'offline') line.offline = true;
  if (fate === 'unauthorised') line.fail('push', 'UNAUTHENTICATED', 2);
  if (fate === 'revoked') server.revoke(db.device.id);
  await db.sync.now();
  const text = JSON.stringify(await db.sync.inspect());
  expect(text).not.toMatch(/typed-|Marta|user_marta/);
  // It does see the change whose values it leaves out, unless that has arrived or is gone.
  expect(text.includes(fate === 'refused' ? '"date"' : '"notes"')).toBe(
    !['accepted', 'conflict', 'revoked'].includes(fate),
  );
});

test('what a later version adds to the status does not come into it by itself', async () => {
  const { db, indexedDB } = device;
  await db.sync.close();
  const opening = indexedDB.open(db.name);
  await new Promise((resolve) => opening.addEventListener('success', resolve));
  const memories = opening.result.transaction('_memory', 'readwrite').objectStore('_memory');
  const reading = memories.get('sync');
  const recovery = { reason: 'corrupt', at: '2026-01-01T00:00:00.000Z', saved: 1, lost: 2, of: 'Marta Oliveira' };
  reading.addEventListener('success', () => void memories.put({ ...reading.result, recovery }));
  await new Promise((resolve) => memories.transaction.addEventListener('complete', resolve));
  opening.result.close();
  const again = await device.reopen();
  expect(again.db.sync.status.get().recovery).toMatchObject({ of: 'Marta Oliveira' });
  const { status } = await again.db.sync.inspect();
  expect(status.recovery).toEqual({ reason: 'corrupt', at: recovery.at, saved: 1, lost: 2, isLeast: false });
});

test('the log keeps the last twenty cycles, and the one under way', () => {
  let time = 0;
  const log = createCycleLog(() => time);
  log.ended(null);
  log.exchanged({ kind: 'push', milliseconds: 1, bytesSent: 1, bytesReceived: 1 });
  expect(log.read()).toEqual([]);
  for (let round = 0; round < 25; round += 1) {
    log.began();
    time += 10;
    log.began();
    log.exchanged({ kind: 'pull', milliseconds: 4, bytesSent: 0, bytesReceived: 7 });
    log.exchanged({ kind: 'pull', milliseconds: 4, bytesSent: 0, bytesReceived: 7 });
    log.ended(round === 24 ? 'NETWORK' : null);
  }
  log.began();
  const cycles = log.read();
  expect(cycles).toHaveLength(21);
  expect(cycles[19]).toMatchObject({ milliseconds: 10, error: 'NETWORK', pull: { requests: 2, bytesReceived: 14 } });
  expect(cycles[20]).toMatchObject({ startedAt: new Date(250).toISOString(), milliseconds: null });
});
