import { describe, expect, test, vi } from 'vitest';
import type { SyncStatus } from '../status/sync-status.ts';
import { ManualTimers } from '../testing/manual-timers.ts';
import { aTask, openDevice, pulledTask, recordId, type TestDevice } from '../testing/open-device.ts';
import { errorAnswer, json, lost, pullAnswer, ScriptedServer, version } from '../testing/scripted-server.ts';
import type { ScriptedStream } from '../testing/scripted-stream.ts';

type Options = Parameters<typeof openDevice>[0];

const id = recordId(1);

const until = (db: TestDevice['db'], reached: (status: SyncStatus) => boolean): Promise<void> =>
  vi.waitFor(() => expect(reached(db.sync.status.get())).toBe(true));

/** A device that has pulled up to version 10 and listens from there. */
async function liveDevice(options: Options = {}) {
  const server = new ScriptedServer();
  server.onPull(() => json(pullAnswer([pulledTask(1, version(10))], { nextCursor: version(10) })));
  const stream = server.openStream();
  const timers = new ManualTimers();
  const device = await openDevice({ server, autoSync: true, stream: true, timers, ...options });
  stream.comment();
  await until(device.db, ({ live }) => live);
  return { ...device, stream, timers };
}

const news = (since: number, end: number, changes: readonly object[]) => ({
  since: version(since),
  ...pullAnswer(changes, { nextCursor: version(end) }),
});

const cursorOf = async ({ db }: Pick<TestDevice, 'db'>): Promise<unknown> => {
  const memory = (await db.table('_memory').toArray()) as { cursor?: unknown }[];
  return memory.find(({ cursor }) => cursor !== undefined)?.cursor;
};

describe('news', () => {
  test('on the cursor of the device is stored with its cursor, without a pull', async () => {
    const device = await liveDevice();
    expect(device.server.streams).toEqual([expect.stringContaining(`since=${encodeURIComponent(version(10))}`)]);
    device.stream.event('changes', news(10, 20, [pulledTask(1, version(20), { title: 'Carried' })]));
    await vi.waitFor(async () => expect(await device.db.tasks.get(id)).toMatchObject({ title: 'Carried' }));
    expect(await cursorOf(device)).toBe(version(20));
    device.stream.event('changes', news(20, 30, [pulledTask(2, version(30))]));
    await vi.waitFor(async () => expect(await device.db.tasks.count()).toBe(2));
    expect(device.server.pulls).toHaveLength(1);
  });

  test('that the device knows already, in whole or in part, is no reason to pull', async () => {
    const device = await liveDevice();
    device.stream.event('changes', news(1, 5, [pulledTask(1, version(5), { title: 'Old' })]));
    device.stream.event(
      'changes',
      news(5, 20, [pulledTask(1, version(8), { title: 'Old, too' }), pulledTask(2, version(15))]),
    );
    await vi.waitFor(async () => expect(await device.db.tasks.count()).toBe(2));
    expect(await device.db.tasks.get(id)).toMatchObject({ title: aTask.title, updatedAt: version(10) });
    expect(await cursorOf(device)).toBe(version(20));
    expect(device.server.pulls).toHaveLength(1);
  });

  test('that begins later than the device’s cursor is pulled instead', async () => {
    const device = await liveDevice();
    device.server.onPull(() =>
      json(pullAnswer([pulledTask(2, version(15)), pulledTask(3, version(30))], { nextCursor: version(30) })),
    );
    device.stream.event('changes', news(20, 30, [pulledTask(3, version(30))]));
    await vi.waitFor(async () => expect(await device.db.tasks.count()).toBe(3));
    expect(device.server.pulls.at(-1)).toContain(encodeURIComponent(version(10)));
  });

  test('is pulled when the stream only announces it', async () => {
    const device = await liveDevice();
    device.server.onPull(() => json(pullAnswer([pulledTask(2, version(15))], { nextCursor: version(15) })));
    device.stream.event('poke', { cursor: version(15) });
    await vi.waitFor(async () => expect(await device.db.tasks.count()).toBe(2));
  });

  test('goes under pending edits, like a pull', async () => {
    const device = await liveDevice();
    device.server.onPush(lost);
    await device.db.tasks.update(id, { title: 'Mine' });
    device.stream.event(
      'changes',
      news(10, 20, [pulledTask(1, version(20), { title: 'Theirs', status: 'completed' })]),
    );
    await vi.waitFor(async () =>
      expect(await device.db.tasks.get(id)).toMatchObject({ title: 'Mine', status: 'completed' }),
    );
  });

  test('that comes during a push waits for its turn, and the push needs no pull', async () => {
    const device = await liveDevice();
    let answer = (): void => undefined;
    device.server.onPush(async (request) => {
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      return json(device.server.accept(request));
    });
    await device.db.tasks.add({ ...aTask, title: 'New' });
    await vi.waitFor(() => expect(device.timers.delays).toContain(10));
    device.timers.fire(10);
    await until(device.db, ({ phase }) => phase === 'pushing');
    await vi.waitFor(() => expect(device.server.pushes).toHaveLength(1));
    device.stream.event('changes', news(10, 20, [pulledTask(1, version(20), { title: 'Carried' })]));
    await vi.waitFor(() => expect(device.stream.isRead).toBe(true));
    expect(await device.db.tasks.get(id)).toMatchObject({ title: aTask.title });
    answer();
    await vi.waitFor(async () => expect(await device.db.tasks.get(id)).toMatchObject({ title: 'Carried' }));
    await until(device.db, ({ phase, pending }) => phase === 'idle' && pending === 0);
    expect(device.server.pulls).toHaveLength(1);
  });

  test('of a service that has been updated is followed by a pull from the beginning at once', async () => {
    const server = new ScriptedServer();
    const older = {
      ...pullAnswer([pulledTask(1, version(10))], { nextCursor: version(10) }),
      schemaVersion: undefined,
    };
    server.onPull(() => json(older));
    const stream = server.openStream();
    const device = await openDevice({ server, autoSync: true, stream: true, timers: new ManualTimers() });
    stream.comment();
    await until(device.db, ({ live }) => live);
    server.onPull(
      () => json(pullAnswer([], { nextCursor: version(20) })),
      () => json(pullAnswer([pulledTask(1, version(20)), pulledTask(2, version(5))], { nextCursor: version(20) })),
    );
    stream.event('changes', news(10, 20, [pulledTask(1, version(20))]));
    await vi.waitFor(async () => expect(await device.db.tasks.count()).toBe(2));
    expect(server.pulls.at(-1)).not.toContain('since');
  });

  test('more than a device can take in turn is pulled', async () => {
    const device = await liveDevice();
    device.server.onPull(() => json(pullAnswer([pulledTask(2, version(500))], { nextCursor: version(500) })));
    for (let n = 0; n < 150; n += 1) {
      device.stream.event('changes', news(10 + n, 11 + n, [pulledTask(1, version(11 + n))]));
    }
    await vi.waitFor(async () => expect(await cursorOf(device)).toBe(version(500)));
    expect(await device.db.tasks.count()).toBe(2);
  });
});

describe('while a stream is live', () => {
  test('a poll is rare, and near again when it is lost', async () => {
    const device = await liveDevice({ pollInterval: 10_000 });
    await until(device.db, ({ phase }) => phase === 'idle');
    expect(device.timers.delays.toSorted((a, b) => a - b)).toEqual([60_000, 60 * 5_000]);
    device.server.onStream(lost);
    device.stream.break();
    await until(device.db, ({ live }) => !live);
    expect(device.timers.delays.toSorted((a, b) => a - b)).toEqual([0, 5_000]);
  });

  test('a silence of a minute ends it', async () => {
    const device = await liveDevice();
    device.timers.fire(60_000);
    await device.stream.hungUp;
    expect(device.db.sync.status.get().live).toBe(false);
    const next = device.server.openStream();
    device.timers.fire(0);
    next.comment();
    await until(device.db, ({ live }) => live);
    expect(device.server.streams).toHaveLength(2);
  });

  test('every byte counts as a sign of life', async () => {
    const device = await liveDevice();
    const [first] = device.timers.waiting.filter(({ delay }) => delay === 60_000);
    device.stream.comment();
    await vi.waitFor(() => expect(device.timers.waiting).not.toContain(first));
    expect(device.timers.delays).toContain(60_000);
  });
});

describe('it is open only while somebody looks and there is a network', () => {
  const platform = () => {
    const listeners = new Set<() => void>();
    const now = { online: true, visible: true };
    return {
      set: (changes: Partial<typeof now>): void => {
        Object.assign(now, changes);
        for (const listener of listeners) listener();
      },
      signals: {
        isOnline: () => now.online,
        isVisible: () => now.visible,
        subscribe(listener: () => void) {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
      },
    };
  };

  test.each([{ visible: false }, { online: false }])('%o', async (away) => {
    const { set, signals } = platform();
    const device = await liveDevice({ signals });
    set(away);
    await device.stream.hungUp;
    expect(device.db.sync.status.get().live).toBe(false);
    const next = device.server.openStream();
    device.server.onPull(() => json(pullAnswer([pulledTask(2, version(30))], { nextCursor: version(30) })));
    set({ visible: true, online: true });
    next.comment();
    await until(device.db, ({ live }) => live);
    // From what the pull has brought in between.
    expect(device.server.streams.at(-1)).toContain(encodeURIComponent(version(30)));
  });

  test('stop ends it, start begins another', async () => {
    const device = await liveDevice();
    device.db.sync.stop();
    await device.stream.hungUp;
    const next = device.server.openStream();
    device.db.sync.start();
    next.comment();
    await until(device.db, ({ live }) => live);
  });

  test('closing the database ends it', async () => {
    const device = await liveDevice();
    await device.db.sync.close();
    await device.stream.hungUp;
    expect(device.timers.delays).toEqual([]);
  });

  test.each([
    ['by `stream: false`', { autoSync: true, stream: false }],
    ['without `autoSync`', { autoSync: false, stream: true }],
  ])('never %s', async (_, options) => {
    const device = await openDevice({ ...options, timers: new ManualTimers() });
    await device.db.sync.now();
    expect(device.server.streams).toEqual([]);
    expect(device.db.sync.status.get().live).toBe(false);
  });
});

describe('where there is none', () => {
  test.each([
    ['the service has none', () => errorAnswer(501, 'STREAM_UNSUPPORTED')],
    ['the service is older', () => errorAnswer(404, 'NOT_FOUND')],
  ])('%s: the device polls, and asks again once in a long while', async (_, refuse) => {
    const server = new ScriptedServer();
    server.onStream(refuse);
    const timers = new ManualTimers();
    const { db } = await openDevice({ server, autoSync: true, stream: true, timers, pollInterval: 10_000 });
    await vi.waitFor(() => expect(timers.delays.toSorted((a, b) => a - b)).toEqual([5_000, 30 * 60_000]));
    expect(db.sync.status.get()).toMatchObject({ live: false, error: null, phase: 'idle' });
  });

  test('a server under pressure says when to come back', async () => {
    const server = new ScriptedServer();
    server.onStream(() => errorAnswer(503, 'TOO_MANY_STREAMS', { 'retry-after': '20' }));
    const timers = new ManualTimers();
    await openDevice({ server, autoSync: true, stream: true, timers, random: () => 0.5 });
    await vi.waitFor(() => expect(timers.delays).toContain(20_000 + 2_000));
  });

  test('a cursor that is refused is settled by a pull, and the stream begins after it', async () => {
    const server = new ScriptedServer();
    server.onPull(
      () => json(pullAnswer([], { nextCursor: version(10) })),
      () => errorAnswer(409, 'RESYNC_REQUIRED'),
      () => json(pullAnswer([pulledTask(1, version(20))], { nextCursor: version(20) })),
    );
    server.onStream(() => errorAnswer(409, 'RESYNC_REQUIRED'));
    const stream: ScriptedStream = server.openStream();
    const timers = new ManualTimers();
    const device = await openDevice({ server, autoSync: true, stream: true, timers });
    await vi.waitFor(async () => expect(await device.db.tasks.count()).toBe(1));
    timers.fire(0);
    stream.comment();
    await until(device.db, ({ live }) => live);
    expect(server.streams.at(-1)).toContain(encodeURIComponent(version(20)));
  });
});

test.each([
  ['an event', (device: Awaited<ReturnType<typeof liveDevice>>) => void device.stream.event('revoked', {})],
  [
    'the refusal of the next stream',
    (device: Awaited<ReturnType<typeof liveDevice>>) => {
      device.server.onStream(() => errorAnswer(403, 'DEVICE_REVOKED'));
      device.stream.end();
      return vi.waitFor(() => device.timers.fire(0));
    },
  ],
])('a revocation that comes as %s wipes at once, and no request is made any more', async (_, revoke) => {
  const device = await liveDevice();
  await revoke(device);
  await until(device.db, ({ error }) => error?.code === 'DEVICE_REVOKED');
  await vi.waitFor(async () => expect(await device.db.tasks.count()).toBe(0));
  expect(device.db.sync.status.get()).toMatchObject({ phase: 'stopped', live: false });
  const requests = device.server.requests.length;
  await device.db.sync.now();
  expect(device.server.requests).toHaveLength(requests);
  expect(device.timers.delays).toEqual([]);
});
