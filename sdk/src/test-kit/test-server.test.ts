import { fieldService } from '@backhaul/shared';
import { beforeEach, describe, expect, test } from 'vitest';
import { type KitDevice, openOnKit } from '../testing/kit-device.ts';
import type { SyncStatus } from '../status/sync-status.ts';
import { createTestServer, type TestServer } from './test-server.ts';

const aTask = { title: 'Windows', date: '2026-02-01', status: 'scheduled' } as const;

let server: TestServer;
let ana: KitDevice;
beforeEach(async () => {
  server = createTestServer(fieldService);
  server.addMember({ userId: 'user_marta', name: 'Marta' });
  server.addMember({ userId: 'user_ana', name: 'Ana', role: 'employee', record: { name: 'Ana' } });
  ana = await openOnKit(server, 'user_marta');
});

const until = (db: KitDevice['db'], reached: (status: SyncStatus) => boolean): Promise<void> =>
  new Promise((resolve) => {
    const check = (status: SyncStatus): void => {
      if (!reached(status)) return;
      end();
      resolve();
    };
    const end = db.sync.status.subscribe(check);
    check(db.sync.status.get());
  });

describe('a service in memory', () => {
  test('takes what is written, and brings what others write', async () => {
    const id = await ana.db.tasks.add({ ...aTask });
    expect(await ana.db.tasks.get(id)).toMatchObject({ title: 'Windows', notes: null, updatedAt: null });
    const other = server.as('user_marta').add('task', { ...aTask, title: 'Doors' });
    expect(await ana.db.sync.now()).toMatchObject({ error: null, status: { pending: 0, rejected: 0, phase: 'idle' } });
    expect(server.record('task', id)).toMatchObject(aTask);
    const { createdAt, updatedAt } = server.record('task', id) ?? {};
    expect(await ana.db.tasks.get(id)).toMatchObject({ title: 'Windows', createdAt, updatedAt });
    expect(await ana.db.tasks.get(other)).toMatchObject({ title: 'Doors' });
    server.as('user_marta').delete('task', other);
    await ana.sync();
    expect(await ana.db.tasks.get(other)).toBeUndefined();
    expect(server.records('task').map((task) => task.id)).toEqual([id]);
  });

  test('merges, logs conflicts and refuses by the declaration', async () => {
    const id = await ana.db.tasks.add({ ...aTask });
    await ana.sync();
    await ana.db.tasks.update(id, { title: 'Mine', notes: 'Dog' });
    server.as('user_marta').update('task', id, { title: 'Theirs', status: 'completed' });
    await ana.sync();
    expect(server.record('task', id)).toMatchObject({ title: 'Mine', notes: 'Dog', status: 'completed' });
    expect(server.conflicts).toMatchObject([
      { fields: ['title'], winner: 'client', server: { values: { title: 'Theirs' } } },
    ]);
    expect(await ana.db.conflicts.toArray()).toMatchObject([{ summary: expect.stringContaining('Marta') }]);
    await ana.db.financeEntries.add({
      title: 'Parking',
      amount: 14.555,
      type: 'payable',
      dueDate: '2026-02-01',
      status: 'pending',
      currency: 'usd',
      kind: 'general',
    });
    await ana.sync();
    expect(await ana.db.rejected.toArray()).toMatchObject([{ code: 'INVALID_AMOUNT' }]);
    expect(() => server.as('user_marta').add('task', { title: '' })).toThrow('REQUIRED_FIELD');
  });

  test('shows a role what it may see, and takes it away again', async () => {
    const [employee] = server.records('employee');
    const device = await openOnKit(server, 'user_ana');
    const id = server.as('user_marta').add('task', { ...aTask, assignedEmployeeId: employee?.id as string });
    server.as('user_marta').add('task', { ...aTask, title: 'Doors' });
    await device.sync();
    expect((await device.db.tasks.toArray()).map(({ title }) => title)).toEqual(['Windows']);
    server.as('user_marta').update('task', id, { assignedEmployeeId: null });
    await device.sync();
    expect(await device.db.tasks.count()).toBe(0);
    await device.db.clients.add({ name: 'Mine' });
    await device.sync();
    expect(await device.db.rejected.toArray()).toMatchObject([{ code: 'FORBIDDEN' }]);
  });

  test('streams news to a device that listens', async () => {
    const { db } = await openOnKit(server, 'user_marta', { autoSync: true, stream: true });
    await until(db, ({ live }) => live);
    const before = server.requests.filter(({ path }) => path.includes('/pull')).length;
    const id = server.as('user_marta').add('task', { ...aTask });
    await expect.poll(() => db.tasks.get(id)).toMatchObject({ title: 'Windows' });
    expect(server.requests.filter(({ path }) => path.includes('/pull'))).toHaveLength(before);
    server.revoke(db.device.id);
    await until(db, ({ barred }) => barred === 'revoked');
    expect(await db.tasks.count()).toBe(0);
  });
});

describe('what goes wrong', () => {
  test('offline: nothing arrives, the app hears of it, and everything goes when the network is back', async () => {
    const { db, line } = await openOnKit(server, 'user_marta', { autoSync: true });
    await until(db, ({ phase }) => phase === 'idle');
    line.offline = true;
    await until(db, ({ online }) => !online);
    await db.tasks.add({ ...aTask });
    expect(await db.sync.now()).toMatchObject({ error: { code: 'NETWORK' }, status: { pending: 1 } });
    expect(server.records('task')).toEqual([]);
    line.offline = false;
    await db.sync.whenSynced();
    expect(server.records('task')).toHaveLength(1);
  });

  test.each(['lostAnswer', 'duplicate'] as const)(
    '%s: the change is there once, also after a restart',
    async (fault) => {
      await ana.db.tasks.add({ ...aTask });
      ana.line.fail('push', fault);
      await ana.db.sync.now();
      ana = await ana.reopen();
      await ana.sync();
      expect(server.records('task')).toHaveLength(1);
      expect(await ana.db.tasks.toArray()).toMatchObject([{ updatedAt: server.records('task')[0]?.updatedAt }]);
      expect(server.conflicts).toEqual([]);
    },
  );

  test('the server is killed in a push, and again whenever it is asked, until it is started', async () => {
    await ana.db.tasks.add({ ...aTask });
    server.killAfterNextPush();
    expect(await ana.db.sync.now()).toMatchObject({ error: { code: 'NETWORK' } });
    expect(await ana.db.sync.now()).toMatchObject({ error: { code: 'NETWORK' }, status: { pending: 1 } });
    server.restart();
    await ana.sync();
    expect(server.records('task')).toHaveLength(1);
    expect(server.requests.map(({ status }) => status)).toEqual([null, null, 200, 200]);
  });

  test('error codes, as often as asked for', async () => {
    await ana.db.tasks.add({ ...aTask });
    ana.line.fail('push', 'UNAVAILABLE', 2);
    expect(await ana.db.sync.now()).toMatchObject({ error: { code: 'UNAVAILABLE' } });
    expect(await ana.db.sync.now()).toMatchObject({ error: { code: 'UNAVAILABLE' }, status: { pending: 1 } });
    await ana.sync();
    ana.line.fail('pull', 'CURSOR_EXPIRED');
    expect(await ana.db.sync.now()).toMatchObject({ error: null });
    expect(await ana.db.tasks.count()).toBe(1);
  });

  test('an expired token is renewed', async () => {
    await ana.sync();
    ana.line.expireToken();
    await ana.db.tasks.add({ ...aTask });
    await ana.sync();
    expect(server.records('task')).toHaveLength(1);
  });

  test('a clock that is an hour ahead is corrected where the later edit wins', async () => {
    let time = Date.parse('2026-02-01T08:00:00.000Z');
    server = createTestServer(fieldService, { now: () => time });
    server.addMember({ userId: 'user_marta' });
    const id = server.as('user_marta').add('task', { ...aTask });
    const [early, late] = [await openOnKit(server, 'user_marta'), await openOnKit(server, 'user_marta')];
    early.line.clockSkew = 3_600_000;
    for (const device of [early, late]) await device.sync();
    await early.db.tasks.update(id, { status: 'completed' });
    time += 60_000;
    await late.db.tasks.update(id, { status: 'canceled' });
    await late.sync();
    await early.sync();
    expect(server.record('task', id)).toMatchObject({ status: 'canceled' });
  });

  test('a revoked device hands over what it had not sent', async () => {
    await ana.sync();
    await ana.db.tasks.add({ ...aTask });
    server.revoke(ana.db.device.id);
    await ana.db.sync.now();
    expect(ana.db.sync.status.get()).toMatchObject({ barred: 'revoked', setAside: { waiting: 0, handedOver: 1 } });
    expect(server.escrowed).toMatchObject([{ reason: 'revoked', changes: [{ payload: aTask }] }]);
  });

  test.each([
    ['disabled', 'disabled'],
    ['removed', 'removed'],
  ] as const)('a member who is %s is barred, and one who may again pulls anew', async (status, barred) => {
    const id = server.as('user_marta').add('task', { ...aTask });
    server.addMember({ userId: 'user_olga' });
    const device = await openOnKit(server, 'user_olga');
    await device.sync();
    server.changeMember('user_olga', { status });
    await device.db.sync.now();
    expect(device.db.sync.status.get()).toMatchObject({ barred });
    expect(await device.db.tasks.count()).toBe(0);
    if (status === 'removed') server.addMember({ userId: 'user_olga' });
    else server.changeMember('user_olga', { status: 'active' });
    await device.sync();
    expect(await device.db.tasks.get(id)).toMatchObject(aTask);
  });
});

describe('files and messages', () => {
  const picture = (): File => new File(['a picture'], 'Door.png', { type: 'image/png' });

  test('a file goes up once its record is there, also when an answer is lost, and others can open it', async () => {
    const id = await ana.db.tasks.add({ ...aTask });
    const file = await ana.db.attachments.put(picture(), { type: 'task', id });
    ana.line.fail('upload', 'lostAnswer');
    await ana.sync();
    await ana.db.attachments.sendNow();
    expect(await ana.db.attachments.upload(file)).toMatchObject({
      state: { kind: 'waiting', error: { code: 'NETWORK' } },
    });
    await ana.db.attachments.sendNow();
    expect(await ana.db.attachments.upload(file)).toMatchObject({ state: { kind: 'done' } });
    expect(new TextDecoder().decode(server.file(file) ?? undefined)).toBe('a picture');
    expect(server.record('attachment', file)).toMatchObject({ status: 'ready', ownerId: id, fileName: 'Door.png' });

    const other = await openOnKit(server, 'user_marta');
    await other.sync();
    other.line.fail('download', 'unreachable');
    await expect(other.db.attachments.open(file)).rejects.toMatchObject({ code: 'NETWORK' });
    expect(await (await other.db.attachments.open(file)).text()).toBe('a picture');
  });

  test('what a business does not take is refused, and says why', async () => {
    const id = await ana.db.tasks.add({ ...aTask });
    const file = await ana.db.attachments.put(new Blob(['x'], { type: 'video/mp4' }), { type: 'task', id });
    await ana.sync();
    await ana.db.attachments.sendNow();
    expect(await ana.db.attachments.upload(file)).toMatchObject({
      state: { kind: 'rejected', error: { code: 'TYPE_NOT_ALLOWED' } },
    });
  });

  test('a message that was asked for offline goes once, behind its record, however often its answer is lost', async () => {
    ana.line.offline = true;
    const id = await ana.db.financeEntries.add({
      title: 'Windows',
      amount: 10,
      type: 'receivable',
      dueDate: '2026-02-01',
      status: 'pending',
      currency: 'eur',
      kind: 'invoiceClient',
    });
    await ana.db.sends.ask('invoices', id, { channels: ['sms', 'email'], message: 'Thank you' });
    ana.line.offline = false;
    ana.line.fail('send', 'lostAnswer', 2);
    await ana.sync();
    expect(ana.db.sync.status.get().sends).toBe(1);
    await ana.sync();
    expect(await ana.db.sends.count()).toBe(0);
    expect(server.messages).toMatchObject([
      { channel: 'sms', entityId: id, message: 'Thank you' },
      { channel: 'email', entityId: id },
    ]);
    // A file that goes along makes another message of it, once it is there; what a newer version followed is sent again on demand.
    const attachmentId = await ana.db.attachments.put(picture(), { type: 'finance_entry', id });
    await ana.db.sends.ask('invoices', id, { channels: ['email'], attachmentId });
    await ana.sync();
    expect(ana.db.sync.status.get().sends).toBe(1);
    await ana.db.attachments.sendNow();
    await ana.sync();
    expect(server.messages.map((one) => one.attachmentId)).toEqual([null, null, attachmentId]);
    // The record names it now, which no customer sees; without the file it is nothing that they have not got.
    expect(server.record('finance_entry', id)).toMatchObject({ receiptAttachmentId: attachmentId });
    for (const file of [{ attachmentId }, {}]) await ana.db.sends.ask('invoices', id, { channels: ['email'], ...file });
    await ana.sync();
    expect(server.messages).toHaveLength(3);
    const taskId = await ana.db.tasks.add({ ...aTask });
    const foreign = await ana.db.attachments.put(picture(), { type: 'task', id: taskId });
    await ana.sync();
    await ana.db.attachments.sendNow();
    await ana.db.sends.ask('invoices', id, { channels: ['email'], attachmentId: foreign });
    await ana.sync();
    const [refused] = await ana.db.sends.toArray();
    expect(refused).toMatchObject({ state: 'refused', code: 'NOT_SENDABLE' });
    await ana.db.sends.discard(refused?.id ?? '');
    await ana.db.financeEntries.update(id, { amount: 11 });
    await ana.db.sends.ask('invoices', id, { channels: ['email'] });
    await ana.sync();
    await ana.db.financeEntries.update(id, { amount: 10 });
    for (const again of [false, true, true]) await ana.db.sends.ask('invoices', id, { channels: ['sms'], again });
    await ana.sync();
    expect(server.messages.map(({ channel }) => channel)).toEqual(['sms', 'email', 'email', 'email', 'sms']);
    ana.line.fail('send', 'UNREACHABLE');
    await ana.db.sends.ask('invoices', id, { channels: ['whatsapp'] });
    await ana.sync();
    expect(await ana.db.sends.toArray()).toMatchObject([{ state: 'refused', code: 'UNREACHABLE' }]);
  });
});
