import { describe, expect, test } from 'vitest';
import { openBackhaul } from '../open-backhaul.ts';
import { ManualTimers } from '../testing/manual-timers.ts';
import { aTask, openDevice, recordId, TENANT, type TestDevice } from '../testing/open-device.ts';
import { errorAnswer, json, pullAnswer, ScriptedServer } from '../testing/scripted-server.ts';
import type { SyncStatus } from '../status/sync-status.ts';
import { fieldService } from '@backhaul/shared';

const id = recordId(1);

const refuse = (): Response => errorAnswer(401, 'UNAUTHENTICATED');
const lost = (): Response => {
  throw new TypeError('no network');
};

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

test('the language of the app is asked for, and none where the app leaves it to the platform', async () => {
  const spanish = await openDevice({ language: 'es' });
  await spanish.db.sync.now();
  expect(spanish.server.requests.map(({ headers }) => headers.get('accept-language'))).toEqual(['es']);
  const unsaid = await openDevice();
  await unsaid.db.sync.now();
  expect(unsaid.server.requests.map(({ headers }) => headers.has('accept-language'))).toEqual([false]);
});

describe('tokens', () => {
  test('a refused token is refreshed once and the request repeated', async () => {
    const asked: boolean[] = [];
    const { db, server } = await openDevice({
      getToken: async ({ refresh }) => {
        asked.push(refresh);
        return refresh ? 'fresh' : 'stale';
      },
    });
    server.onPull(() => errorAnswer(401, 'TOKEN_EXPIRED'));
    expect(await db.sync.now()).toMatchObject({ error: null });
    expect(asked).toEqual([false, true]);
    expect(server.requests.map(({ headers }) => headers.get('authorization'))).toEqual([
      'Bearer stale',
      'Bearer fresh',
    ]);
    expect(server.requests[0]?.headers.get('x-tenant-id')).toBe(TENANT);
    expect(server.requests[0]?.headers.get('x-device-id')).toBe(db.device.id);
  });

  test('refused again: an error, and the outbox stays', async () => {
    const { db, server } = await openDevice();
    await db.tasks.add({ ...aTask });
    server.onPush(refuse, refuse);
    expect(await db.sync.now()).toMatchObject({ error: { code: 'UNAUTHENTICATED' }, status: { pending: 1 } });
  });

  test('no token to be had', async () => {
    const { db } = await openDevice({ getToken: () => Promise.reject(new Error('offline')) });
    expect(await db.sync.now()).toMatchObject({ error: { code: 'TOKEN_UNAVAILABLE', message: 'offline' } });
  });
});

test.each([
  ['an HTML page with status 200', () => new Response('<html>Sign in to the hotel</html>'), 'INVALID_RESPONSE'],
  ['a right that is missing', () => errorAnswer(403, 'FORBIDDEN'), 'FORBIDDEN'],
  ['a proxy that is down', () => new Response('Bad gateway', { status: 502 }), 'INTERNAL'],
])('%s keeps everything', async (_, answer, code) => {
  const { db, server } = await openDevice();
  await db.tasks.add({ id, ...aTask });
  server.onPush(answer);
  expect(await db.sync.now()).toMatchObject({ error: { code }, status: { pending: 1, rejected: 0 } });
  expect(await db.sync.now()).toMatchObject({ error: null, status: { pending: 0 } });
});

describe('by itself', () => {
  test('syncs at the start, after a write, and by the clock', async () => {
    const timers = new ManualTimers();
    const { db, server } = await openDevice({ autoSync: true, timers, pollInterval: 10_000 });
    await until(db, ({ phase }) => phase === 'idle');
    expect(timers.delays).toEqual([5_000]);
    await db.tasks.add({ id, ...aTask });
    await until(db, ({ pending }) => pending === 1);
    timers.fire(10);
    await db.sync.whenSynced();
    await until(db, ({ phase }) => phase === 'idle');
    expect([server.pushes.length, server.pulls.length]).toEqual([1, 2]);
    timers.fire(5_000);
    await until(db, ({ phase }) => phase === 'pulling');
    await until(db, ({ phase }) => phase === 'idle');
    expect([server.pushes.length, server.pulls.length]).toEqual([1, 3]);
    await db.sync.close();
    expect(timers.delays).toEqual([]);
  });

  test('backs off with full jitter, honours Retry-After, and starts again at the base', async () => {
    const timers = new ManualTimers();
    const { db, server } = await openDevice({ autoSync: true, timers, random: () => 0.5, pollInterval: 10_000 });
    await until(db, ({ phase }) => phase === 'idle');
    server.onPull(
      lost,
      lost,
      lost,
      () => errorAnswer(503, 'UNAVAILABLE', { 'retry-after': '7' }),
      () => errorAnswer(403, 'MEMBER_DISABLED'),
    );
    const waits: number[] = [];
    timers.fire(10_000);
    for (let round = 0; round < 5; round += 1) {
      await until(db, ({ phase }) => phase === 'pulling');
      await until(db, ({ phase }) => phase === 'waiting');
      waits.push(...timers.delays);
      timers.fire(timers.delays[0] ?? 0);
    }
    expect(waits).toEqual([500, 1000, 2000, 7000 + 4000, 180_000]);
    await until(db, ({ phase }) => phase === 'idle');
    expect(db.sync.status.get().error).toBeNull();
  });

  test('waits for the network, and a request tries all the same', async () => {
    let online = false;
    const listeners = new Set<() => void>();
    const signals = {
      isOnline: () => online,
      isVisible: () => true,
      subscribe: (listener: () => void) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    };
    const { db, server } = await openDevice({ autoSync: true, signals, timers: new ManualTimers() });
    expect(db.sync.status.get()).toMatchObject({ phase: 'offline', online: false });
    expect(server.requests).toHaveLength(0);
    expect(await db.sync.now()).toMatchObject({ error: null, status: { phase: 'offline' } });
    online = true;
    for (const listener of listeners) listener();
    await until(db, ({ phase }) => phase === 'idle');
    expect(server.pulls).toHaveLength(2);
  });

  test('a request that is never answered is given up', async () => {
    const timers = new ManualTimers();
    const { db, server } = await openDevice({ timers, requestTimeout: 30_000 });
    const asked = new Promise<void>((resolve) => {
      server.onPull(() => {
        resolve();
        return new Promise<Response>(() => undefined);
      });
    });
    const report = db.sync.now();
    await asked;
    timers.fire(30_000);
    expect(await report).toMatchObject({ error: { code: 'TIMEOUT' } });
  });
});

test('now() during a cycle is owed a whole one', async () => {
  const { db, server } = await openDevice();
  let second: Promise<unknown> = Promise.resolve();
  server.onPull(async () => {
    await db.tasks.add({ id, ...aTask });
    second = db.sync.now();
    return json(pullAnswer([]));
  });
  expect(await db.sync.now()).toMatchObject({ status: { pending: 1 } });
  expect(await second).toMatchObject({ status: { pending: 0 } });
});

describe('the end', () => {
  test('stop and start', async () => {
    const { db, server } = await openDevice();
    db.sync.stop();
    expect(await db.sync.now()).toMatchObject({ error: { code: 'CLOSED' } });
    expect(server.requests).toHaveLength(0);
    db.sync.start();
    expect(await db.sync.now()).toMatchObject({ error: null });
  });

  test('closing the database ends what waits for it', async () => {
    const { db } = await openDevice();
    await db.tasks.add({ ...aTask });
    const synced = db.sync.whenSynced();
    db.close();
    await expect(synced).rejects.toMatchObject({ code: 'CLOSED' });
  });

  test('a cycle that is under way when the database closes changes nothing more', async () => {
    const { db, server } = await openDevice();
    await db.tasks.add({ ...aTask });
    server.onPush(() => new Promise<Response>(() => undefined));
    const report = db.sync.now();
    await until(db, ({ phase }) => phase === 'pushing');
    await db.sync.close();
    expect(await report).toMatchObject({ error: { code: 'CLOSED' } });
  });
});

test('behind a tab that is frozen in the middle of a cycle: writes are kept, nothing moves and nothing fails until it lets go', async () => {
  const { locks } = globalThis.navigator;
  const server = new ScriptedServer();
  // Each tab on a storage of its own, which the locks do not know.
  const frozen = await openDevice({ locks, name: 'frozen' });
  const letGo = Promise.withResolvers<Response>();
  frozen.server.onPull(() => letGo.promise);
  const itsCycle = frozen.db.sync.now();
  await until(frozen.db, ({ phase }) => phase === 'pulling');

  const { db } = await openDevice({ locks, server, name: 'frozen', autoSync: true });
  await db.tasks.add({ ...aTask });
  let hasSettled = false;
  const synced = db.sync.whenSynced().finally(() => {
    hasSettled = true;
  });
  const report = db.sync.now().finally(() => {
    hasSettled = true;
  });
  await until(db, ({ pending, phase }) => pending === 1 && phase === 'pushing');
  expect(db.sync.status.get()).toMatchObject({ error: null, lastPushAt: null, lastPullAt: null });
  expect([server.requests.length, hasSettled]).toEqual([0, false]);

  letGo.resolve(json(pullAnswer([])));
  await itsCycle;
  expect(await report).toMatchObject({ error: null });
  expect(await synced).toEqual({ kind: 'synced' });
});

test.each([
  [{ tenantId: 'x' }, 'tenantId'],
  [{ url: 'nowhere' }, 'url'],
  [{ userId: '' }, 'userId'],
])('options that could never work are refused: %o', async (wrong, named) => {
  const options = {
    url: 'http://server.test',
    tenantId: TENANT,
    userId: 'user_ana',
    getToken: async () => '',
    ...wrong,
  };
  await expect(openBackhaul(fieldService, options)).rejects.toMatchObject({
    code: 'INVALID_OPTIONS',
    message: expect.stringContaining(named),
  });
});
