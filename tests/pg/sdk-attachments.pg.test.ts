import type { SignedIn } from '@backhaul/server/testing';
import type { BackhaulOptions, UploadProgress } from '@backhaul/sdk';
import { IDBFactory } from 'fake-indexeddb';
import { v7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type Database, openDevice, type SdkDevice } from '../support/sdk-device.ts';
import { createWorld, type SyncClient, TASK, type World } from '../support/sync-client.ts';
import { EXPENSE } from '../support/two-employees.ts';
import { download } from '../support/upload-client.ts';

let world: World;
let office: SyncClient;
let ana: SignedIn;
let employeeId: string;
beforeAll(async () => {
  world = await createWorld();
  await world.server.app.listen({ host: '127.0.0.1', port: 0 });
  office = world.device();
  ({ member: ana, employeeId } = await world.employee('ana@example.com'));
});
afterAll(() => world.close());

/** Requests to the object store and the attachment routes, as they left the device. */
let requests: string[];
/** Runs before one of them goes out; a string is a failure. */
let before: (url: string) => Promise<void> | void;
beforeEach(() => {
  requests = [];
  before = () => undefined;
});

async function open(member: SignedIn = ana, options: Partial<BackhaulOptions> = {}): Promise<SdkDevice> {
  const device = await openDevice(world, member, {
    fetch: async (input, init) => {
      const url = String(input instanceof Request ? input.url : input);
      const path = new URL(url).pathname.replace(/[0-9a-f-]{36}/g, '*');
      if (/attachments/.test(path)) requests.push(`${init?.method ?? 'GET'} ${path}`);
      await before(url);
      return fetch(input, init);
    },
    random: () => 0,
    ...options,
  });
  onTestFinished(() => device.db.sync.close());
  return device;
}

const picture = (text = 'a picture'): File => new File([text], 'Baño 1.png', { type: 'image/png' });

async function newTask(db: Database): Promise<string> {
  return db.tasks.add({ ...TASK, assignedEmployeeId: employeeId });
}

/** A task that the office gave to Ana, on her device. */
async function given(device: SdkDevice): Promise<string> {
  const boss = await open(world.manager);
  const id = await newTask(boss.db);
  await boss.sync();
  await device.sync();
  return id;
}

const PUT = 'PUT /objects/tenants/*/attachments/*';
const ALL = ['POST /v1/attachments/presign', PUT, 'POST /v1/attachments/complete'];

describe('a file put beside a record', () => {
  it('is there at once without a network, with its record, and goes out when there is one', async () => {
    const device = await open();
    const task = await given(device);
    device.line.isOffline = true;
    before = () => {
      throw new TypeError('offline');
    };
    const progress: UploadProgress[] = [];
    const id = await device.db.attachments.put(
      picture(),
      { type: 'task', id: task },
      { purpose: 'checkIn', onProgress: (one) => progress.push(one) },
    );
    expect(await device.db.attachments.get(id)).toMatchObject({
      ownerId: task,
      purpose: 'checkIn',
      status: 'pending',
      fileName: 'Baño 1.png',
      updatedAt: null,
    });
    const blob = await device.db.attachments.open(id);
    expect([blob.type, await blob.text()]).toEqual(['image/png', 'a picture']);
    await device.db.attachments.sendNow();
    expect(await device.db.attachments.upload(id)).toMatchObject({
      state: { kind: 'waiting', attempt: 1, error: { code: 'NETWORK' } },
    });
    expect(device.db.sync.status.get()).toMatchObject({ pending: 0 });

    before = () => undefined;
    requests = [];
    await device.db.attachments.retry(id);
    await device.db.attachments.sendNow();
    expect(requests).toEqual(ALL);
    expect(await device.db.attachments.upload(id)).toMatchObject({ state: { kind: 'done' }, sent: 9, size: 9 });
    await device.sync();
    expect(await device.db.attachments.get(id)).toMatchObject({ status: 'ready', fileName: 'Baño 1.png' });
    expect(progress.at(0)).toMatchObject({ state: { kind: 'waiting' }, sent: 0 });
    expect((await download(office, id)).status).toBe(200);
    // Once more costs nothing.
    await device.db.attachments.sendNow();
    expect(requests).toEqual(ALL);
  });

  it('I7 waits for its record, which does not wait for it', async () => {
    const device = await open(world.manager);
    const task = await newTask(device.db);
    const id = await device.db.attachments.put(picture(), { type: 'task', id: task });
    await device.db.attachments.sendNow();
    expect(requests).toEqual([]);
    // The upload hangs; changes go out all the same.
    let release = (): void => undefined;
    const hanging = new Promise<void>((resolve) => {
      before = async (url) => {
        if (!url.includes('/objects/')) return;
        resolve();
        await new Promise<void>((let_go) => (release = let_go));
      };
    });
    await device.sync();
    const sending = device.db.attachments.sendNow();
    await hanging;
    await device.db.tasks.update(task, { title: 'Doors' });
    await device.sync();
    expect(device.db.sync.status.get()).toMatchObject({ pending: 0, uploads: 1 });
    release();
    await sending;
    expect(await device.db.attachments.upload(id)).toMatchObject({ state: { kind: 'done' } });
  });

  it('becomes the receipt of its expense', async () => {
    const device = await open();
    const entry = await device.db.financeEntries.add({
      ...EXPENSE,
      employeeId,
    });
    const id = await device.db.attachments.put(
      picture('a receipt'),
      { type: 'finance_entry', id: entry },
      { purpose: 'receipt' },
    );
    await device.sync();
    await device.db.attachments.sendNow();
    await device.sync();
    expect(await device.db.financeEntries.get(entry)).toMatchObject({ receiptAttachmentId: id });
    const boss = await open(world.manager);
    await boss.sync();
    expect(await (await boss.db.attachments.open(id)).text()).toBe('a receipt');
    // What was seen once is there without a network, and goes with its record.
    before = () => {
      throw new TypeError('offline');
    };
    expect(await (await boss.db.attachments.open(id)).text()).toBe('a receipt');
  });

  it.each<[string, Blob, number]>([
    ['no byte', new Blob([], { type: 'image/png' }), 0],
    ['a type with parameters', new Blob(['a'], { type: 'text/plain;charset=utf-8' }), 1],
    ['a name of 300 characters', new File(['a'], `${'ñ'.repeat(300)}.png`, { type: 'image/png' }), 1],
  ])('may have %s', async (_, blob, size) => {
    const device = await open();
    const id = await device.db.attachments.put(blob, { type: 'task', id: await given(device) });
    await device.db.attachments.sendNow();
    await device.sync();
    expect(await device.db.attachments.get(id)).toMatchObject({ status: 'ready', size });
  });
});

describe('on bad days', () => {
  it.each([
    ['before it was announced', 0],
    ['before its bytes went', 1],
    ['before it was completed', 2],
  ])('a device that dies %s goes on where it stood, and the file arrives once', async (_, at) => {
    const indexedDB = new IDBFactory();
    const device = await open(ana, { indexedDB });
    const id = await device.db.attachments.put(picture(), { type: 'task', id: await given(device) });
    const died = new Promise<void>((resolve) => {
      before = (url) => {
        if (!url.includes('attachments') || requests.length <= at) return;
        resolve();
        return new Promise<void>(() => undefined);
      };
    });
    void device.db.attachments.sendNow();
    await died;
    before = () => undefined;
    requests = [];
    const again = await open(ana, { indexedDB });
    expect(await (await again.db.attachments.open(id)).text()).toBe('a picture');
    await again.db.attachments.sendNow();
    expect(requests.at(-1)).toBe(ALL[2]);
    await again.sync();
    expect(await again.db.attachments.get(id)).toMatchObject({ status: 'ready' });
  });

  it.each([
    ['an announcement', '/presign'],
    ['an upload', '/objects/'],
    ['a completion', '/complete'],
  ])('%s whose answer is lost is made again, and the file arrives once', async (_, part) => {
    let isLost = true;
    const device = await open(ana, {
      fetch: async (input, init) => {
        const response = await fetch(input, init);
        if (!response.url.includes(part) || !isLost) return response;
        isLost = false;
        await response.arrayBuffer();
        throw new TypeError('the answer was lost');
      },
    });
    const id = await device.db.attachments.put(picture(), { type: 'task', id: await given(device) });
    await device.db.attachments.sendNow();
    expect(await device.db.attachments.upload(id)).toMatchObject({ state: { kind: 'waiting', attempt: 1 } });
    await device.db.attachments.retry(id);
    await device.db.attachments.sendNow();
    expect(await device.db.attachments.upload(id)).toMatchObject({ state: { kind: 'done' } });
    const { body } = await office.call<{ audit: unknown[] }>('GET', `/v1/audit?entityId=${id}`);
    expect(body.audit).toHaveLength(2);
  });

  it('a refusal is shown with its code, and can be tried again or discarded', async () => {
    const device = await open();
    const task = await given(device);
    const wrong = await device.db.attachments.put(new Blob(['x'], { type: 'video/mp4' }), { type: 'task', id: task });
    const other = await device.db.attachments.put(new Blob(['x'], { type: 'video/mp4' }), { type: 'task', id: task });
    const fine = await device.db.attachments.put(picture(), { type: 'task', id: task });
    await device.db.attachments.sendNow();
    expect(await device.db.attachments.upload(wrong)).toMatchObject({
      state: { kind: 'rejected', error: { code: 'TYPE_NOT_ALLOWED' } },
    });
    expect(await device.db.attachments.upload(fine)).toMatchObject({ state: { kind: 'done' } });
    await device.sync();
    expect(device.db.sync.status.get()).toMatchObject({ uploads: 0, uploadsRejected: 2 });
    await device.db.attachments.discard(other);
    expect(await device.db.attachments.get(other)).toBeUndefined();
    await office.call('PATCH', '/v1/settings', { attachments: { allowedTypes: ['image/png', 'video/mp4'] } });
    await device.db.attachments.retry(wrong);
    await device.db.attachments.sendNow();
    await office.call('PATCH', '/v1/settings', { attachments: null });
    expect(await device.db.attachments.upload(wrong)).toMatchObject({ state: { kind: 'done' } });
  });

  it('it waits while the network is metered, if it is told to', async () => {
    let isMetered = true;
    const signals = {
      isOnline: () => true,
      isVisible: () => true,
      isMetered: () => isMetered,
      subscribe: () => () => undefined,
    };
    const device = await open(ana, { signals, uploadOnMetered: false });
    const id = await device.db.attachments.put(picture(), { type: 'task', id: await given(device) });
    await device.db.attachments.sendNow();
    expect(requests).toEqual([]);
    isMetered = false;
    await device.db.attachments.sendNow();
    expect(await device.db.attachments.upload(id)).toMatchObject({ state: { kind: 'done' } });
  });

  it('bytes that are not those that were announced are refused, not taken', async () => {
    const device = await open(ana, {
      sendBytes: async ({ url, headers, bytes }) => {
        new Uint8Array(bytes).fill(0);
        return (await fetch(url, { method: 'PUT', headers, body: bytes })).status;
      },
    });
    const id = await device.db.attachments.put(picture(), { type: 'task', id: await given(device) });
    await device.db.attachments.sendNow();
    expect(await device.db.attachments.upload(id)).toMatchObject({
      state: { kind: 'rejected', error: { code: 'CHECKSUM_MISMATCH' } },
    });
  });

  it('a resync keeps files that are still to be sent in sight', async () => {
    const device = await open();
    const task = await given(device);
    const id = await device.db.attachments.put(picture(), { type: 'task', id: task });
    const record = (await office.pullAll()).changes.find(({ entityId }) => entityId === employeeId);
    const teamId = v7();
    const changes = [
      {
        changeId: v7(),
        op: 'upsert',
        entity: 'team',
        entityId: teamId,
        clientUpdatedAt: new Date().toISOString(),
        baseUpdatedAt: null,
        payload: { name: 'North' },
      },
      {
        changeId: v7(),
        op: 'upsert',
        entity: 'employee',
        entityId: employeeId,
        clientUpdatedAt: new Date().toISOString(),
        baseUpdatedAt: record?.updatedAt,
        payload: { teamId },
      },
    ];
    expect((await office.push(changes)).rejected).toEqual([]);
    await device.sync();
    await device.db.attachments.sendNow();
    await device.sync();
    expect(await device.db.attachments.get(id)).toMatchObject({ status: 'ready' });
  });
});

describe('leaving', () => {
  it('a sign-out counts files that are still to be sent, and deletes none that nobody gave up', async () => {
    const device = await open();
    const task = await given(device);
    before = (url) => {
      if (url.includes('/objects/')) throw new TypeError('offline');
    };
    await device.db.attachments.put(picture(), { type: 'task', id: task });
    await expect(device.db.sync.signOut()).rejects.toMatchObject({
      code: 'UNSENT_WORK',
      details: { pending: 0, rejected: 0, uploads: 1 },
    });
    await expect(device.db.sync.signOut({ unsent: 'handOver' })).rejects.toMatchObject({
      code: 'UNSENT_WORK',
      details: { uploads: 1 },
    });
    expect(await device.db.attachments.count()).toBeGreaterThan(0);
    expect(await device.db.sync.signOut({ unsent: 'handOver', files: 'discard' })).toMatchObject({ kind: 'deleted' });
  });

  it('a sign-out that hands over sends the files that it can', async () => {
    const device = await open();
    const id = await device.db.attachments.put(picture(), { type: 'task', id: await given(device) });
    expect(await device.db.sync.signOut({ unsent: 'handOver' })).toMatchObject({ kind: 'deleted' });
    expect((await download(office, id)).status).toBe(200);
  });

  it('who is let in again finds their files again, and reads none meanwhile; a revoked device has none left, and says so', async () => {
    const device = await open();
    const task = await given(device);
    const id = await device.db.attachments.put(picture(), { type: 'task', id: task });
    await office.call('PATCH', `/v1/members/${ana.userId}`, { status: 'disabled' });
    await device.trySync();
    await expect(device.db.attachments.open(id)).rejects.toMatchObject({ code: 'MEMBER_DISABLED' });
    expect(await device.db.attachments.count()).toBe(0);
    await office.call('PATCH', `/v1/members/${ana.userId}`, { status: 'active' });
    await device.sync();
    await device.db.attachments.sendNow();
    await device.sync();
    expect(await device.db.attachments.get(id)).toMatchObject({ status: 'ready' });

    await device.db.attachments.put(picture(), { type: 'task', id: task });
    await office.call('DELETE', `/v1/devices/${device.db.device.id}`);
    await device.trySync();
    expect(device.db.sync.status.get()).toMatchObject({ barred: 'revoked', uploads: 0, uploadsLost: 1 });
    expect(await device.db.table('_files').count()).toBe(0);
  });
});
