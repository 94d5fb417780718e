import { describe, expect, test } from 'vitest';
import { ManualTimers } from '../testing/manual-timers.ts';
import { aTask, openDevice, pulledTask, recordId, TENANT, type TestDevice } from '../testing/open-device.ts';
import { errorAnswer, json, lost, pullAnswer, version } from '../testing/scripted-server.ts';

const id = recordId(1);

const revoked = (): Response => errorAnswer(403, 'DEVICE_REVOKED');
const disabled = (): Response => errorAnswer(403, 'MEMBER_DISABLED');
const removed = (): Response => errorAnswer(404, 'NOT_FOUND', {}, { tenantId: TENANT });

/** A device that has pulled a task and edited it, and made another. */
async function deviceAtWork(given: Parameters<typeof openDevice>[0] = {}): Promise<TestDevice> {
  const device = await openDevice(given);
  device.server.onPull(() => json(pullAnswer([pulledTask(1, version(1))])));
  await device.db.sync.now();
  await device.db.tasks.update(id, { title: 'Mine' });
  await device.db.tasks.add({ id: recordId(2), ...aTask, notes: 'Ring twice' });
  return device;
}

/** Without the pause after a write. */
const waits = ({ delays }: ManualTimers): number[] => delays.filter((delay) => delay !== 10);

/** Everything that IndexedDB holds, read past the SDK. */
async function storedOn(indexedDB: IDBFactory): Promise<string> {
  const texts: string[] = [];
  for (const { name = '' } of await indexedDB.databases()) {
    const opening = indexedDB.open(name);
    const opened = await new Promise<IDBDatabase>((resolve) => {
      opening.addEventListener('success', () => resolve(opening.result));
    });
    for (const store of opened.objectStoreNames) {
      const reading = opened.transaction(store).objectStore(store).getAll();
      await new Promise((resolve) => reading.addEventListener('success', resolve));
      texts.push(JSON.stringify(reading.result));
    }
    opened.close();
  }
  return texts.join('\n');
}

describe.each([
  ['revoked', revoked, 'DEVICE_REVOKED', 'stopped'],
  ['removed', removed, 'MEMBER_REMOVED', 'idle'],
  ['disabled', disabled, 'MEMBER_DISABLED', 'idle'],
] as const)('a device that is %s', (reason, answer, code, phase) => {
  test('shows nothing any more at once, and hands its work over', async () => {
    const device = await deviceAtWork();
    const { db, server } = device;
    server.onPush(answer);
    expect(await db.sync.now()).toMatchObject({
      error: { code },
      status: { phase, pending: 0, barred: reason, setAside: { waiting: 0, handedOver: 2, lapsed: 0 } },
    });
    expect(await db.tasks.count()).toBe(0);
    await expect(db.tasks.add({ ...aTask })).rejects.toMatchObject({ code });
    expect(server.escrows).toMatchObject([
      {
        deviceId: db.device.id,
        reason,
        rejected: [],
        changes: [
          { entityId: id, baseUpdatedAt: version(1), payload: { title: 'Mine' } },
          { entityId: recordId(2), baseUpdatedAt: null, payload: { notes: 'Ring twice' } },
        ],
      },
    ]);
    const [sent, handedOver] = [server.pushed, server.escrows[0]?.changes];
    expect(handedOver).toEqual(sent);
    const request = server.requests.at(-1);
    expect(request?.headers.get('x-device-id')).toBe(db.device.id);
    expect(request?.headers.get('x-tenant-id')).toBe(TENANT);
    expect(await storedOn(device.indexedDB)).not.toContain('Ring twice');
  });

  test('keeps what it could not hand over, out of reach of the app, across restarts', async () => {
    const device = await deviceAtWork();
    device.server.onPush(answer);
    device.server.onEscrow(lost, () => errorAnswer(503, 'UNAVAILABLE'));
    const report = await device.db.sync.now();
    expect(report.status.setAside).toEqual({ waiting: 2, handedOver: 0, lapsed: 0 });
    expect(await storedOn(device.indexedDB)).toContain('Ring twice');
    await expect(device.db.table('_escrow').toArray()).rejects.toMatchObject({ code: 'READ_ONLY' });
    const again = await device.reopen();
    again.server.onPull(answer);
    expect((await again.db.sync.now()).status.setAside.waiting).toBe(2);
    again.server.onPull(answer);
    expect((await again.db.sync.now()).status.setAside).toEqual({ waiting: 0, handedOver: 2, lapsed: 0 });
    const [first, ...later] = again.server.escrows.map(({ changes }) => changes);
    // After what was lost and what failed it tries with less.
    expect(later.map(({ length }) => length)).toEqual([2, 1, 1]);
    expect(later.slice(1).flat()).toEqual(first);
  });
});

describe('membership', () => {
  test.each([
    ['removed', removed],
    ['disabled', disabled],
  ])('that is given back after being %s: a first pull, and work goes on', async (_, answer) => {
    const { db, server } = await deviceAtWork();
    server.onPush(answer);
    await db.sync.now();
    server.onPull(() => json(pullAnswer([pulledTask(1, version(1))])));
    expect(await db.sync.now()).toMatchObject({ error: null, status: { barred: null } });
    expect(server.pulls.at(-1)).not.toContain('since');
    expect(await db.tasks.toArray()).toMatchObject([{ id, title: 'Windows' }]);
    await db.tasks.update(id, { title: 'Again' });
    expect(await db.sync.now()).toMatchObject({ error: null, status: { pending: 0 } });
  });

  test('is not ended by a page that is missing, or by another tenant', async () => {
    const { db, server } = await deviceAtWork();
    for (const answer of [
      () => new Response('Not found', { status: 404 }),
      () => errorAnswer(404, 'NOT_FOUND'),
      () => errorAnswer(404, 'NOT_FOUND', {}, { tenantId: recordId(9) }),
    ]) {
      server.onPush(answer);
      expect((await db.sync.now()).status).toMatchObject({ barred: null, pending: 2 });
    }
    expect(await db.tasks.count()).toBe(2);
  });

  test('that never was keeps what was typed before the first contact', async () => {
    const { db, server } = await openDevice();
    await db.tasks.add({ ...aTask });
    server.onPush(removed);
    expect(await db.sync.now()).toMatchObject({
      error: { code: 'MEMBER_REMOVED' },
      status: { barred: null, pending: 1 },
    });
    expect(await db.tasks.count()).toBe(1);
  });

  test('is asked for again by itself, but rarely', async () => {
    const timers = new ManualTimers();
    const { db, server } = await deviceAtWork({ autoSync: true, timers, random: () => 0.5 });
    await expect.poll(() => timers.delays).toContain(10);
    timers.fire(10);
    server.onPush(removed);
    await expect.poll(() => db.sync.status.get().barred).toBe('removed');
    await expect.poll(() => db.sync.status.get().setAside.handedOver).toBe(2);
    await expect.poll(() => waits(timers)).toEqual([180_000]);
    timers.fire(180_000);
    await expect.poll(() => db.sync.status.get()).toMatchObject({ barred: null, error: null });
  });
});

test('a revoked device stays revoked, also for a page that was on its way', async () => {
  const device = await deviceAtWork();
  device.server.onPush(revoked);
  await device.db.sync.now();
  const again = await device.reopen();
  expect(again.db.sync.status.get()).toMatchObject({
    barred: 'revoked',
    error: { code: 'DEVICE_REVOKED' },
    phase: 'stopped',
  });
  expect(await again.db.sync.now()).toMatchObject({ error: { code: 'DEVICE_REVOKED' }, status: { phase: 'stopped' } });
  expect(again.db.device.id).toBe(device.db.device.id);
  expect(device.server.pulls).toHaveLength(1);
});

test('what was rejected goes along, in the words that it was sent in, with its reason', async () => {
  const device = await deviceAtWork();
  const { db, server } = device;
  server.onPush((request) => {
    const [change] = (JSON.parse(request.text) as { changes: { changeId: string }[] }).changes;
    return json({
      serverTime: '2026-01-01T12:00:00.000Z',
      cursor: version(200),
      applied: [],
      conflicts: [],
      results: [{ index: 0, changeId: change?.changeId, entity: 'task', entityId: id, outcome: 'rejected' }],
      rejected: [
        {
          index: 0,
          changeId: change?.changeId,
          code: 'INVALID_TEXT',
          message: 'too long',
          fields: ['title'],
          retryable: false,
        },
      ],
    });
  }, revoked);
  await db.sync.now();
  expect((await db.sync.now()).status.setAside).toMatchObject({ handedOver: 2 });
  expect(server.escrows).toMatchObject([
    {
      rejected: [
        {
          change: { entityId: id, payload: { title: 'Mine' } },
          code: 'INVALID_TEXT',
          message: 'too long',
          fields: ['title'],
        },
      ],
      changes: [{ entityId: recordId(2) }],
    },
  ]);
  expect(server.escrows[0]?.rejected?.[0]).toMatchObject({ change: server.pushed[0] });
});

describe('handing over', () => {
  test('in smaller requests where one is too large; what is too large alone waits, and holds up nothing', async () => {
    const device = await openDevice();
    await device.db.sync.now();
    const ids = [1, 2, 3, 4, 5].map(recordId);
    await device.db.tasks.bulkAdd(ids.map((each) => ({ id: each, ...aTask })));
    device.server.onPush(revoked);
    const tooLarge = (): Response => errorAnswer(413, 'BODY_TOO_LARGE');
    device.server.onEscrow(tooLarge, tooLarge, tooLarge);
    const { status } = await device.db.sync.now();
    expect(status.setAside).toEqual({ waiting: 1, handedOver: 4, lapsed: 0 });
    expect(device.server.escrows.map(({ changes }) => changes.length)).toEqual([5, 2, 1, 1, 2, 1]);
    await device.db.sync.now();
    expect(device.server.escrows).toHaveLength(6);
  });

  test('what something else than the service refuses is tried again', async () => {
    const { db, server } = await deviceAtWork();
    server.onPush(revoked);
    const proxy = (): Response => new Response('<h1>Bad request</h1>', { status: 400 });
    server.onEscrow(proxy, proxy, proxy);
    for (const times of [1, 2, 3]) {
      expect((await db.sync.now()).status.setAside).toEqual({ waiting: 2, handedOver: 0, lapsed: 0 });
      expect(server.escrows).toHaveLength(times);
    }
    expect((await db.sync.now()).status.setAside).toEqual({ waiting: 0, handedOver: 2, lapsed: 0 });
  });

  test('stops asking where no more is taken', async () => {
    const { db, server } = await deviceAtWork();
    server.onPush(revoked);
    const full = (): Response => errorAnswer(413, 'ESCROW_FULL');
    server.onEscrow(full, () => json({ ok: true }, 202), full);
    // What still fits is taken.
    expect((await db.sync.now()).status.setAside).toEqual({ waiting: 1, handedOver: 1, lapsed: 0 });
    expect(server.escrows.map(({ changes }) => changes.length)).toEqual([2, 1, 1]);
  });

  test('goes around a change that the service fails on, and around a tenant that takes no more', async () => {
    const device = await openDevice();
    await device.db.sync.now();
    await device.db.tasks.bulkAdd([1, 2, 3].map((n) => ({ id: recordId(n), ...aTask })));
    const { server, indexedDB } = device;
    server.onPush(revoked);
    server.onEscrow(lost);
    await device.db.sync.now();
    const other = await openDevice({ indexedDB, server, tenantId: recordId(77) });
    server.onEscrow(lost);
    await other.db.sync.now();
    await other.db.tasks.add({ ...aTask });
    server.onPush(revoked);
    const fails = (): Response => errorAnswer(500, 'INTERNAL');
    const full = (): Response => errorAnswer(413, 'ESCROW_FULL');
    // The line was lost with three, so one is tried first.
    server.onEscrow(fails, () => json({ ok: true }, 202), full);
    expect((await other.db.sync.now()).status.setAside).toEqual({ waiting: 0, handedOver: 1, lapsed: 0 });
    const handedOver = server.escrows.slice(2).map(({ changes }) => changes.map(({ entityId }) => entityId));
    expect(handedOver.slice(0, 2)).toEqual([[recordId(1)], [recordId(2)]]);
    expect(handedOver[2]).toEqual([recordId(3)]);
    expect(handedOver).toHaveLength(4);
  });

  test('by itself: full jitter, Retry-After, a fresh token, and at once when the network is back', async () => {
    let isOnline = true;
    let listener = (): void => undefined;
    const timers = new ManualTimers();
    const asked: boolean[] = [];
    const { db, server } = await deviceAtWork({
      autoSync: true,
      timers,
      random: () => 0.5,
      getToken: async ({ refresh }) => {
        asked.push(refresh);
        return 'token';
      },
      signals: {
        isOnline: () => isOnline,
        isVisible: () => true,
        subscribe: (call) => {
          const before = listener;
          listener = () => {
            before();
            call();
          };
          return () => undefined;
        },
      },
    });
    server.onEscrow(
      lost,
      () => errorAnswer(429, 'RATE_LIMITED', { 'retry-after': '7' }),
      () => errorAnswer(404, 'NOT_FOUND'),
      () => errorAnswer(401, 'TOKEN_EXPIRED'),
      () => errorAnswer(401, 'TOKEN_EXPIRED'),
      lost,
    );
    server.onPush(revoked);
    await expect.poll(() => timers.delays).toContain(10);
    timers.fire(10);
    for (const delay of [500, 7_000 + 1_000, 180_000, 4_000]) {
      await expect.poll(() => waits(timers)).toEqual([delay]);
      if (delay !== 4_000) timers.fire(delay);
    }
    expect(asked.slice(-2)).toEqual([false, true]);
    isOnline = false;
    listener();
    isOnline = true;
    listener();
    await expect.poll(() => waits(timers)).toEqual([8_000]);
    timers.fire(8_000);
    await expect.poll(() => db.sync.status.get().setAside).toEqual({ waiting: 0, handedOver: 2, lapsed: 0 });
    expect(waits(timers)).toEqual([]);
  });

  test('goes on in the next app that this user opens, in whichever tenant, and in no other user’s', async () => {
    const device = await deviceAtWork();
    device.server.onPush(revoked);
    device.server.onEscrow(lost);
    await device.db.sync.now();
    await device.db.sync.close();
    const { indexedDB, server } = device;
    const bea = await openDevice({ indexedDB, server, userId: 'user_bea' });
    await bea.db.sync.now();
    expect(server.escrows).toHaveLength(1);
    const elsewhere = await openDevice({ indexedDB, server, tenantId: recordId(77) });
    await elsewhere.db.sync.now();
    expect(server.escrows[1]).toEqual({ ...server.escrows[0], clientTime: expect.any(String) });
    const request = server.requests.at(-1);
    expect(request?.headers.get('x-tenant-id')).toBe(TENANT);
    expect(request?.headers.get('x-device-id')).toBe(device.db.device.id);
    expect(elsewhere.db.sync.status.get().setAside).toEqual({ waiting: 0, handedOver: 0, lapsed: 0 });
  });

  test('a clock that starts in another year each time makes no days', async () => {
    const [right, wrong] = [Date.parse('2026-01-01T08:00:00Z'), Date.parse('2000-01-01T00:00:00Z')];
    let now = right;
    let open = await deviceAtWork({ now: () => now });
    open.server.onPush(revoked);
    const refuse = (): Response => errorAnswer(503, 'UNAVAILABLE');
    for (let start = 0; start < 20; start += 1) {
      now = wrong;
      open.server.onEscrow(refuse, refuse);
      await open.db.sync.now();
      now = right;
      expect((await open.db.sync.now()).status.setAside).toEqual({ waiting: 2, handedOver: 0, lapsed: 0 });
      open = await open.reopen();
    }
  });

  test('is given up after thirty days of use; a clock that jumps is one day', async () => {
    let now = Date.parse('2026-01-01T08:00:00Z');
    const device = await deviceAtWork({ now: () => now });
    const { server } = device;
    server.onPush(revoked);
    const refuse = (): Response => errorAnswer(503, 'UNAVAILABLE');
    server.onEscrow(refuse);
    await device.db.sync.now();
    now += 10 * 365 * 86_400_000;
    let open = await device.reopen();
    for (let day = 0; day < 28; day += 1) {
      server.onEscrow(refuse, refuse);
      await open.db.sync.now();
      await open.db.sync.now();
      now += 86_400_000;
      open = await open.reopen();
    }
    expect((await open.db.sync.now()).status.setAside).toEqual({ waiting: 0, handedOver: 2, lapsed: 0 });

    const other = await deviceAtWork({ now: () => now });
    other.server.onPush(revoked);
    for (let day = 0; day <= 30; day += 1) {
      other.server.onEscrow(refuse);
      await other.db.sync.now();
      now += 86_400_000;
    }
    expect(other.db.sync.status.get().setAside).toEqual({ waiting: 0, handedOver: 0, lapsed: 2 });
    expect(await storedOn(other.indexedDB)).not.toContain('Ring twice');
  });
});
