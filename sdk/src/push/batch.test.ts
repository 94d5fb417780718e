import { describe, expect, test } from 'vitest';
import { aTask, openDevice, recordId } from '../testing/open-device.ts';
import { changesOf, errorAnswer, json, lost, type SeenRequest } from '../testing/scripted-server.ts';

const id = recordId(1);

describe('too much at once', () => {
  test('413 halves the batch without a pause, and it grows again', async () => {
    const { db, server } = await openDevice();
    await db.tasks.bulkAdd([1, 2, 3, 4, 5].map((n) => ({ id: recordId(n), ...aTask })));
    server.onPush(
      () => errorAnswer(413, 'TOO_MANY_CHANGES'),
      () => errorAnswer(413, 'BODY_TOO_LARGE'),
    );
    expect(await db.sync.now()).toMatchObject({ error: null, status: { pending: 0 } });
    expect(server.pushes.map(({ changes }) => changes.length)).toEqual([5, 2, 1, 2, 2]);
  });

  test('a change that the server can not read is found without a pause, and the others arrive', async () => {
    const { db, server } = await openDevice();
    await db.tasks.bulkAdd([1, 2, 3, 4].map((n) => ({ id: recordId(n), ...aTask })));
    const refusing = (request: SeenRequest): Response =>
      changesOf(request).some(({ entityId }) => entityId === recordId(2))
        ? errorAnswer(400, 'INVALID_REQUEST')
        : json(server.accept(request));
    server.onPush(...Array.from({ length: 9 }, () => refusing));
    expect(await db.sync.now()).toMatchObject({ error: { code: 'INVALID_REQUEST' }, status: { pending: 1, held: 0 } });
    expect(server.pushes.map(({ changes }) => changes.length)).toEqual([4, 2, 1, 2, 1, 1, 1]);
    expect(server.pulls).toHaveLength(1);
  });

  test('a single change that is too large is refused, not sent for ever', async () => {
    const { db, server } = await openDevice();
    await db.tasks.add({ id, ...aTask });
    server.onPush(() => errorAnswer(413, 'BODY_TOO_LARGE'));
    expect((await db.sync.now()).status).toMatchObject({ pending: 0, rejected: 1 });
    expect(await db.rejected.toArray()).toMatchObject([{ code: 'BODY_TOO_LARGE', payload: aTask }]);
  });

  test('a change that the server fails on stands aside for the others', async () => {
    const { db, server } = await openDevice();
    await db.tasks.bulkAdd([1, 2, 3].map((n) => ({ id: recordId(n), ...aTask })));
    const failing = (request: SeenRequest): Response =>
      changesOf(request).some(({ entityId }) => entityId === id)
        ? errorAnswer(500, 'INTERNAL')
        : json(server.accept(request));
    server.onPush(...Array.from({ length: 6 }, () => failing));
    const report = { error: { code: 'INTERNAL' }, status: { pending: 1, held: 0 } };
    expect(await db.sync.now()).toMatchObject({ error: { code: 'INTERNAL' }, status: { pending: 3 } });
    expect(await db.sync.now()).toMatchObject(report);
    expect(server.pushes.map(({ changes }) => changes.length)).toEqual([3, 1, 1, 1]);
    expect([server.pulls.length, db.sync.status.get().lastPullAt]).toEqual([1, expect.any(String)]);
    expect(await db.sync.now()).toMatchObject(report);
    let isSynced = false;
    const synced = db.sync.whenSynced().then(() => (isSynced = true));
    await db.sync.now();
    expect(isSynced).toBe(false);
    expect(await db.sync.now()).toMatchObject({ error: null, status: { pending: 0 } });
    expect(await synced).toBe(true);
  });

  test.each([
    ['a line that breaks', lost, 'NETWORK'],
    ['a gateway that gives up', () => new Response('late', { status: 504 }), 'INTERNAL'],
  ])('%s: every push carries less, down to one, and nothing stands aside', async (_, fails, code) => {
    const { db, server } = await openDevice();
    await db.tasks.bulkAdd([1, 2, 3, 4].map((n) => ({ id: recordId(n), ...aTask })));
    server.onPush(fails, fails, fails, fails);
    for (let round = 0; round < 4; round += 1)
      expect(await db.sync.now()).toMatchObject({ error: { code }, status: { pending: 4, held: 0 } });
    expect(await db.sync.now()).toMatchObject({ error: null, status: { pending: 0 } });
    expect(server.pushes.map(({ changes }) => changes.length)).toEqual([4, 2, 1, 1, 1, 2, 1]);
  });

  test('a server that fails on everything is asked about two changes, not about all', async () => {
    const { db, server } = await openDevice();
    const down = (): Response => errorAnswer(500, 'INTERNAL');
    await db.tasks.bulkAdd([1, 2, 3, 4].map((n) => ({ id: recordId(n), ...aTask })));
    server.onPush(...Array.from({ length: 9 }, () => down));
    for (let round = 0; round < 3; round += 1) await db.sync.now();
    expect(server.pushes.map(({ changes }) => changes.length)).toEqual([4, 2, 1, 1]);
    expect(db.sync.status.get()).toMatchObject({ pending: 4, held: 0 });
  });

  test('at most 500 changes in a push', async () => {
    const { db, server } = await openDevice();
    await db.tasks.bulkAdd(Array.from({ length: 501 }, () => ({ ...aTask })));
    await db.sync.now();
    expect(server.pushes.map(({ changes }) => changes.length)).toEqual([500, 1]);
  });
});

describe('what the device says of itself', () => {
  test('is made presentable: a push must not fail on it', async () => {
    const { db, server } = await openDevice({
      appVersion: `1.0.0\u0000-${'x'.repeat(200)}`,
      platform: '',
      estimateStorage: async () => ({ usage: Number.POSITIVE_INFINITY, quota: -1 }),
    });
    await db.tasks.add({ id, ...aTask });
    await db.sync.now();
    expect(server.pushes[0]?.device).toEqual({
      appVersion: `1.0.0-${'x'.repeat(94)}`,
      platform: '',
      pending: 1,
      oldestPendingAt: expect.any(String),
    });
  });

  test('a clock that is off by more than a century states no offset', async () => {
    const { db, server } = await openDevice({ now: () => Date.parse('2200-01-01T00:00:00Z') });
    await db.sync.now();
    await db.tasks.add({ id, ...aTask });
    await db.sync.now();
    expect(server.pushed[0]).not.toHaveProperty('clockOffset');
  });
});
