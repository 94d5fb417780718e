import { describe, expect, test } from 'vitest';
import type { SendBytes } from './send-bytes.ts';
import { ManualTimers } from '../testing/manual-timers.ts';
import { openDevice, recordId, type TestDevice } from '../testing/open-device.ts';
import { errorAnswer, json, pullAnswer, ScriptedServer, version } from '../testing/scripted-server.ts';

const SIZE = 800_000;
/** A minute, and at least 8 KB a second. */
const PATIENCE = 160_000;

interface Store {
  /** What the object store answers, when it does. */
  readonly answer: PromiseWithResolvers<Response>;
  /** Requests to it that are under way. */
  asked: number;
}

/** A device whose object store answers when the test says so; the attachment routes answer at once. */
async function deviceWithStore(given: { readonly sendBytes?: SendBytes } = {}) {
  const store: Store = { answer: Promise.withResolvers(), asked: 0 };
  const server = new ScriptedServer();
  const timers = new ManualTimers();
  const device = await openDevice({
    ...given,
    server,
    timers,
    fetch: async (input, init) => {
      const { pathname } = new URL(input instanceof Request ? input.url : input);
      if (pathname === '/object') {
        store.asked += 1;
        return (await store.answer.promise).clone();
      }
      if (!pathname.includes('/attachments/')) return server.fetch(input, init);
      const url = 'http://store.test/object';
      return json(init?.method === 'POST' ? { uploadUrl: url, headers: {} } : { downloadUrl: url });
    },
  });
  return { ...device, timers, store };
}

const OWNER = { type: 'task', id: recordId(1) } as const;

describe('an upload', () => {
  test('that tells no progress may take longer the larger the file is; then it is tried again', async () => {
    const { db, timers, store } = await deviceWithStore();
    const id = await db.attachments.put(new Blob([new Uint8Array(SIZE)]), OWNER);
    const sending = db.attachments.sendNow();
    await expect.poll(() => store.asked).toBe(1);
    expect(timers.delays).toEqual([PATIENCE]);
    timers.fire(PATIENCE);
    await sending;
    expect(await db.attachments.upload(id)).toMatchObject({ state: { kind: 'waiting', error: { code: 'TIMEOUT' } } });
  });

  test('that tells progress may take as long again as what moved, and the answer as long as all of it', async () => {
    const told = Promise.withResolvers<(sent: number) => void>();
    const { db, timers } = await deviceWithStore({
      sendBytes: ({ onProgress }) => {
        told.resolve(onProgress);
        return new Promise(() => undefined);
      },
    });
    const id = await db.attachments.put(new Blob([new Uint8Array(SIZE)]), OWNER);
    const sending = db.attachments.sendNow();
    const tell = await told.promise;
    expect(timers.delays).toEqual([PATIENCE]);
    // So much may sit in a buffer of the platform, from which it has yet to go.
    tell(80_000);
    expect(timers.delays).toEqual([70_000]);
    tell(80_800);
    expect(timers.delays).toEqual([60_100]);
    tell(SIZE);
    expect(timers.delays).toEqual([PATIENCE]);
    timers.fire(PATIENCE);
    await sending;
    expect(await db.attachments.upload(id)).toMatchObject({ state: { kind: 'waiting', error: { code: 'TIMEOUT' } } });
  });
});

describe('a download', () => {
  const id = recordId(7);

  async function deviceWithFile() {
    const device = await deviceWithStore();
    const payload = {
      id,
      createdAt: version(10),
      updatedAt: version(10),
      deletedAt: null,
      ownerType: 'task',
      ownerId: OWNER.id,
      mimeType: 'image/png',
      size: SIZE,
      status: 'ready',
      sha256: null,
      fileName: null,
      purpose: 'general',
    };
    const change = { op: 'upsert', entity: 'attachment', entityId: id, updatedAt: version(10), payload };
    device.server.onPull(() => json(pullAnswer([change], { nextCursor: version(10) })));
    await device.db.sync.now();
    return device;
  }

  const bytesOf = async ({ indexedDB, db }: Pick<TestDevice, 'indexedDB' | 'db'>): Promise<unknown> => {
    const opening = indexedDB.open(db.name);
    await new Promise((resolve) => opening.addEventListener('success', resolve));
    const reading = opening.result.transaction('_bytes').objectStore('_bytes').count();
    await new Promise((resolve) => reading.addEventListener('success', resolve));
    opening.result.close();
    return reading.result;
  };

  test('is given up after as long, and works the next time', async () => {
    const device = await deviceWithFile();
    const { db, timers, store } = device;
    const opening = db.attachments.open(id);
    await expect.poll(() => store.asked).toBe(1);
    expect(timers.delays).toEqual([PATIENCE]);
    const refused = expect(opening).rejects.toMatchObject({ code: 'TIMEOUT', details: { id } });
    timers.fire(PATIENCE);
    await refused;
    store.answer.resolve(new Response('picture'));
    expect(await (await db.attachments.open(id)).text()).toBe('picture');
    expect(await bytesOf(device)).toBe(1);
    expect(timers.delays).toEqual([]);
  });

  test('that ends after the device was revoked shows nothing and leaves nothing behind', async () => {
    const device = await deviceWithFile();
    const { db, server, store } = device;
    const opening = db.attachments.open(id);
    await expect.poll(() => store.asked).toBe(1);
    const refused = expect(opening).rejects.toMatchObject({ code: 'DEVICE_REVOKED' });
    server.onPull(() => errorAnswer(403, 'DEVICE_REVOKED'));
    await db.sync.now();
    store.answer.resolve(new Response('picture'));
    await refused;
    expect(await bytesOf(device)).toBe(0);
  });
});
