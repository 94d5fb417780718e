// The snippets of docs/guides/testing.md, as executed-guide.test.ts checks: change them there.
import { openBackhaul } from '@backhaul/sdk';
import { createTestServer, type TestLine, type TestServer } from '@backhaul/sdk/testing';
import { fieldService } from '@backhaul/shared';
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { beforeEach, expect, onTestFinished, test } from 'vitest';

let server: TestServer;
beforeEach(() => {
  server = createTestServer(fieldService);
  server.addMember({ userId: 'user_marta', name: 'Marta' });
  // The record that stands for an employee decides what they see.
  server.addMember({ userId: 'user_ana', name: 'Ana', role: 'employee', record: { name: 'Ana' } });
});

/** Opening again with the same line and storage is a restart of the app. */
async function openApp(line: TestLine, indexedDB = new IDBFactory()) {
  const db = await openBackhaul(fieldService, { ...line.options, autoSync: false, indexedDB, IDBKeyRange });
  onTestFinished(() => db.sync.close());
  return db;
}

const windows = { title: 'Windows', date: '2026-02-01', status: 'scheduled' } as const;

test('a colleague renames the task that I am working on', async () => {
  const db = await openApp(server.connect('user_marta'));
  const id = await db.tasks.add(windows);
  await db.sync.now();
  expect(server.record('task', id)).toMatchObject(windows);

  await db.tasks.update(id, { title: 'Windows, inside' });
  server.as('user_marta').update('task', id, { title: 'Windows and doors' });
  await db.sync.now();

  expect(server.record('task', id)).toMatchObject({ title: 'Windows, inside' });
  expect(server.conflicts).toMatchObject([{ fields: ['title'], winner: 'client' }]);
  expect(await db.conflicts.count()).toBe(1);
});

test('an edit whose answer is lost is there once, also after a restart', async () => {
  const [line, storage] = [server.connect('user_marta'), new IDBFactory()];
  const db = await openApp(line, storage);
  await db.tasks.add(windows);
  line.fail('push', 'lostAnswer');
  expect((await db.sync.now()).error?.code).toBe('NETWORK');
  await db.sync.close();

  const again = await openApp(line, storage);
  expect((await again.sync.now()).status).toMatchObject({ pending: 0, rejected: 0 });
  expect(server.records('task')).toHaveLength(1);
});

test('what a revoked device had not sent is with a manager', async () => {
  const db = await openApp(server.connect('user_marta'));
  await db.sync.now();
  await db.tasks.add(windows);
  server.revoke(db.device.id);
  const { status } = await db.sync.now();
  expect(status).toMatchObject({ barred: 'revoked', setAside: { handedOver: 1 } });
  expect(server.escrowed).toHaveLength(1);
});

test('a photo and a message wait for the record that they are about, and go once', async () => {
  const line = server.connect('user_marta');
  const db = await openApp(line);
  line.offline = true;
  const invoice = {
    title: 'Windows',
    amount: 10,
    type: 'receivable',
    dueDate: '2026-02-01',
    status: 'pending',
  } as const;
  const id = await db.financeEntries.add({ ...invoice, currency: 'eur', kind: 'invoiceClient' });
  const photo = await db.attachments.put(new Blob(['a photo'], { type: 'image/png' }), { type: 'finance_entry', id });
  await db.sends.ask('invoices', id, { channels: ['sms'], message: 'Thank you' });

  line.offline = false;
  line.fail('upload', 'lostAnswer');
  line.fail('send', 'lostAnswer');
  await db.sync.now();
  await db.attachments.sendNow();
  await db.attachments.retry(photo);
  await db.attachments.sendNow();
  await db.sync.now();
  expect(server.file(photo)?.byteLength).toBe(7);
  expect(server.messages).toMatchObject([{ entityId: id, channel: 'sms' }]);
});

test('an employee sees their own tasks only', async () => {
  const [employee] = server.records('employee');
  server.as('user_marta').add('task', { ...windows, assignedEmployeeId: employee?.['id'] as string });
  server.as('user_marta').add('task', { ...windows, title: 'Doors' });
  const db = await openApp(server.connect('user_ana'));
  await db.sync.now();
  expect((await db.tasks.toArray()).map(({ title }) => title)).toEqual(['Windows']);
});
