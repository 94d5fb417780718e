import { fieldService } from '@backhaul/shared';
import { describe, expect, test, vi } from 'vitest';
import { ManualTimers } from '../testing/manual-timers.ts';
import { aTask, openDevice, pulledDelete, pulledTask, recordId, type TestDevice } from '../testing/open-device.ts';
import {
  changesOf,
  errorAnswer,
  json,
  pullAnswer,
  pushAnswer,
  ScriptedServer,
  version,
} from '../testing/scripted-server.ts';
import { watchedIndexedDB } from '../testing/storage-faults.ts';
import type { OutboxChange } from '../store/rows.ts';

const id = recordId(1);
const outbox = ({ db }: TestDevice): Promise<OutboxChange[]> => db.table('_outbox').orderBy('seq').toArray();
const unreachable = (): Response => {
  throw new TypeError('no network');
};

/** Pulls the given changes; pushes are not answered in full, so that edits stay pending. */
async function pull(device: TestDevice, changes: readonly object[]): Promise<void> {
  const { server, db } = device;
  if (server.pushes.length > 0 || (await outbox(device)).length > 0) {
    // Without results, so that the changes stay as they were sent and the cycle goes on to the pull.
    server.onPush((request) => json(pushAnswer(changesOf(request), [])));
  }
  server.onPull(() => json(pullAnswer(changes)));
  expect(await db.sync.now()).toMatchObject({ error: null });
}

test('pages are stored with their cursor, which is echoed', async () => {
  const { db, server } = await openDevice({ pullLimit: 2 });
  server.onPull(
    () =>
      json(pullAnswer([pulledTask(1, version(1)), pulledTask(2, version(2))], { nextCursor: 'c1/s', hasMore: true })),
    () =>
      json(
        pullAnswer([pulledTask(3, version(3)), { ...pulledTask(4, version(4)), entity: 'spaceship' }], {
          nextCursor: 'c2',
        }),
      ),
  );
  await db.sync.now();
  await db.sync.now();
  expect(server.pulls).toEqual([
    `/v1/sync/pull?limit=2&schemaVersion=${fieldService.schemaVersion}`,
    `/v1/sync/pull?limit=2&schemaVersion=${fieldService.schemaVersion}&since=c1%2Fs`,
    `/v1/sync/pull?limit=2&schemaVersion=${fieldService.schemaVersion}&since=c2`,
  ]);
  expect(await db.tasks.count()).toBe(3);
});

test('the next page is on its way while one is stored, and is asked for once', async () => {
  let happened: string[] = [];
  const indexedDB = watchedIndexedDB((transaction) => {
    if (transaction.mode === 'readwrite') transaction.addEventListener('complete', () => happened.push('stored'));
  });
  const { db, server } = await openDevice({ indexedDB });
  server.onPull(
    () => {
      happened = [];
      return json(pullAnswer([pulledTask(1, version(1))], { nextCursor: 'c1', hasMore: true }));
    },
    () => {
      happened.push('asked');
      return json(pullAnswer([pulledTask(2, version(2))], { nextCursor: 'c2' }));
    },
  );
  expect(await db.sync.now()).toMatchObject({ error: null });
  expect(happened[0]).toBe('asked');
  expect([server.pulls.length, await db.tasks.count()]).toEqual([2, 2]);
});

test('a last page that is dropped, because the stream has gone on meanwhile, is fetched anew', async () => {
  const news = (since: number, end: number, changes: readonly object[]) => ({
    since: version(since),
    ...pullAnswer(changes, { nextCursor: version(end) }),
  });
  const server = new ScriptedServer();
  server.onPull(() => json(pullAnswer([pulledTask(1, version(10))], { nextCursor: version(10) })));
  const stream = server.openStream();
  const { db } = await openDevice({ server, autoSync: true, stream: true, timers: new ManualTimers() });
  stream.comment();
  await vi.waitFor(() => expect(db.sync.status.get().live).toBe(true));
  const [asked, told] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  server.onPull(
    async () => {
      asked.resolve();
      await told.promise;
      return json(pullAnswer([pulledTask(2, version(20))], { nextCursor: version(20), hasMore: true }));
    },
    // 40 was committed after the news of 30, and before this was asked.
    () => json(pullAnswer([pulledTask(3, version(30)), pulledTask(4, version(40))], { nextCursor: version(40) })),
    () => json(pullAnswer([pulledTask(4, version(40))], { nextCursor: version(40) })),
  );
  const report = db.sync.now();
  await asked.promise;
  stream.event('changes', news(10, 30, [pulledTask(2, version(20)), pulledTask(3, version(30))]));
  await vi.waitFor(() => expect(stream.isRead).toBe(true));
  told.resolve();
  expect(await report).toMatchObject({ error: null });
  expect(await db.tasks.get(recordId(4))).toBeDefined();
});

test('what is typed while many pages come is counted meanwhile', async () => {
  const { db, server } = await openDevice();
  const PAGES = 60;
  for (let page = 0; page < PAGES; page += 1) {
    const tasks = Array.from({ length: 100 }, (_, index) => pulledTask(page * 100 + index + 1, version(page + 1)));
    server.onPull(() => json(pullAnswer(tasks, { nextCursor: version(page + 1), hasMore: page < PAGES - 1 })));
  }
  const shown = new Set<string>();
  db.sync.status.subscribe(() => {
    const { phase, pending } = db.sync.status.get();
    shown.add(`${phase} ${pending}`);
  });
  const report = db.sync.now();
  await vi.waitFor(async () => expect(await db.tasks.count()).toBeGreaterThan(0));
  await db.tasks.add({ ...aTask });
  await report;
  expect([...shown]).toContain('pulling 1');
});

test('a page that fails leaves the cursor where it was', async () => {
  const device = await openDevice();
  device.server.onPull(
    () => json(pullAnswer([pulledTask(1, version(1))], { nextCursor: 'c1', hasMore: true })),
    unreachable,
  );
  expect(await device.db.sync.now()).toMatchObject({ error: { code: 'NETWORK' } });
  const again = await device.reopen();
  await again.db.sync.now();
  expect(again.server.pulls.at(-1)).toContain('since=c1');
  expect(await again.db.tasks.count()).toBe(1);
});

test('older copies are skipped; deletes remove; hidden fields and unknown ones stay out', async () => {
  const device = await openDevice();
  await pull(device, [pulledTask(1, version(5), { title: 'New' }), pulledTask(2, version(6), { shipClass: 'x' })]);
  await pull(device, [pulledTask(1, version(4), { title: 'Old' }), pulledDelete(2, version(7))]);
  expect(await device.db.tasks.toArray()).toMatchObject([{ id, title: 'New' }]);
  expect(await device.db.tasks.get(id)).not.toHaveProperty('shipClass');
  expect(await device.db.tasks.get(id)).not.toHaveProperty('notes');
});

async function editing(): Promise<TestDevice> {
  const device = await openDevice();
  await pull(device, [pulledTask(1, version(1), { notes: 'n' })]);
  await device.db.tasks.update(id, { title: 'Mine' });
  return device;
}

describe('under pending edits', () => {
  test('the copy is replaced, the edit stays on top with its base, other fields take the new one', async () => {
    const device = await editing();
    await pull(device, [pulledTask(1, version(2), { title: 'Theirs', notes: 'theirs' })]);
    expect(await device.db.tasks.get(id)).toMatchObject({ title: 'Mine', notes: 'theirs', updatedAt: version(2) });
    await device.db.tasks.update(id, { title: 'Mine again', notes: 'mine' });
    expect(await outbox(device)).toMatchObject([
      { baseUpdatedAt: version(1), payload: { title: 'Mine' } },
      { baseUpdatedAt: version(1), payload: { title: 'Mine again' } },
      { baseUpdatedAt: version(2), payload: { notes: 'mine' } },
    ]);
  });

  test('an edit outlives a deletion that it had not seen', async () => {
    const device = await editing();
    await pull(device, [pulledDelete(1, version(2))]);
    expect(await device.db.tasks.get(id)).toMatchObject({ title: 'Mine', notes: 'n' });
  });

  test('a record that left the scope is hidden; its edits stay in the outbox', async () => {
    const device = await editing();
    await pull(device, [pulledDelete(1, version(2), 'scope')]);
    expect(await device.db.tasks.get(id)).toBeUndefined();
    expect(await outbox(device)).toHaveLength(1);
    // Nor is anything of it left where an app might look.
    expect(await device.db.table('_copies').toArray()).toMatchObject([{ values: null, presence: 'hidden' }]);
    await pull(device, [pulledTask(1, version(3), { notes: 'back' })]);
    expect(await device.db.tasks.get(id)).toMatchObject({ title: 'Mine', notes: 'back' });
  });

  test('a pending delete stays deleted', async () => {
    const device = await openDevice();
    await pull(device, [pulledTask(1, version(1))]);
    await device.db.tasks.delete(id);
    await pull(device, [pulledTask(1, version(2), { title: 'Theirs' })]);
    expect(await device.db.tasks.get(id)).toBeUndefined();
  });

  test('a create whose answer was lost is pulled and still sent again', async () => {
    const device = await openDevice();
    await device.db.tasks.add({ id, ...aTask });
    device.server.onPush(unreachable);
    await device.db.sync.now();
    await pull(device, [pulledTask(1, version(1))]);
    await device.db.tasks.update(id, { notes: 'x' });
    expect(await outbox(device)).toMatchObject([
      { baseUpdatedAt: null, state: 'sent' },
      { baseUpdatedAt: version(1), payload: { notes: 'x' } },
    ]);
  });

  test('an edit that is made while a page is on its way is kept', async () => {
    const device = await openDevice();
    await pull(device, [pulledTask(1, version(1))]);
    device.server.onPull(async () => {
      await device.db.tasks.update(id, { title: 'Mine' });
      return json(pullAnswer([pulledTask(1, version(2), { title: 'Theirs', notes: 'theirs' })]));
    });
    await device.db.sync.now();
    expect(await device.db.tasks.get(id)).toMatchObject({ title: 'Mine', notes: 'theirs' });
    expect(await outbox(device)).toMatchObject([{ baseUpdatedAt: version(1), payload: { title: 'Mine' } }]);
  });
});

describe('resync', () => {
  test.each([
    [410, 'CURSOR_EXPIRED'],
    [400, 'INVALID_CURSOR'],
  ])('%s %s: old rows stay until the last page replaces them all', async (status, code) => {
    const device = await openDevice();
    await pull(
      device,
      [1, 2, 3].map((n) => pulledTask(n, version(n + 10))),
    );
    await device.db.tasks.update(recordId(3), { title: 'Mine' });
    await device.db.tasks.add({ id: recordId(9), ...aTask });
    const held = (await outbox(device)).map(({ changeId }) => changeId);
    let during: unknown[] = [];
    device.server.onPull(
      () => errorAnswer(status, code),
      () => json(pullAnswer([pulledTask(1, version(5), { title: 'Restored' })], { nextCursor: 'r1', hasMore: true })),
      async () => {
        during = await device.db.tasks.orderBy('id').primaryKeys();
        return json(pullAnswer([pulledTask(4, version(6))], { nextCursor: 'r2' }));
      },
    );
    device.server.onPush((request) => json(pushAnswer(changesOf(request), [])));
    expect(await device.db.sync.now()).toMatchObject({ error: null });
    expect(during).toEqual([1, 2, 3, 9].map(recordId));
    expect(await device.db.tasks.orderBy('id').toArray()).toMatchObject([
      { id, title: 'Restored', updatedAt: version(5) },
      { id: recordId(3), title: 'Mine' },
      { id: recordId(4) },
      { id: recordId(9), updatedAt: null },
    ]);
    expect((await outbox(device)).map(({ changeId }) => changeId)).toEqual(held);
    expect(await device.db.table('_staged').count()).toBe(0);
    await device.db.sync.now();
    expect(device.server.pulls.at(-1)).toContain('since=r2');
  });

  test('after a change of scope nothing is shown or kept of what the server does not show; edits of it wait', async () => {
    const device = await openDevice();
    await pull(
      device,
      [1, 2, 3].map((n) => pulledTask(n, version(n + 10), { notes: 'door code 7' })),
    );
    await device.db.tasks.update(recordId(2), { title: 'Mine' });
    await device.db.tasks.update(recordId(3), { title: 'Mine, too' });
    await device.db.tasks.add({ id: recordId(9), ...aTask });
    device.server.onPull(
      () => errorAnswer(409, 'RESYNC_REQUIRED'),
      () => json(pullAnswer([pulledTask(3, version(13))], { nextCursor: 'r1', hasMore: true })),
      unreachable,
    );
    device.server.onPush((request) => json(pushAnswer(changesOf(request), [])));
    await device.db.sync.now();
    const again = await device.reopen();
    again.server.onPush((request) => json(pushAnswer(changesOf(request), [])));
    again.server.onPull(() => json(pullAnswer([], { nextCursor: 'r2' })));
    expect(await again.db.sync.now()).toMatchObject({ error: null });
    expect(await again.db.tasks.orderBy('id').toArray()).toMatchObject([
      { id: recordId(3), title: 'Mine, too' },
      { id: recordId(9), updatedAt: null },
    ]);
    expect((await outbox(again)).map(({ entityId }) => entityId)).toEqual([2, 3, 9].map(recordId));
    expect(JSON.stringify(await again.db.table('_copies').get(['task', recordId(2)]))).not.toContain('door code');
  });

  test('goes on after a crash, and starts over when it is refused', async () => {
    const device = await openDevice();
    await pull(
      device,
      [1, 2].map((n) => pulledTask(n, version(n))),
    );
    device.server.onPull(
      () => errorAnswer(410, 'CURSOR_EXPIRED'),
      () => json(pullAnswer([pulledTask(1, version(1))], { nextCursor: 'r1', hasMore: true })),
      unreachable,
    );
    await device.db.sync.now();
    const again = await device.reopen();
    expect(await again.db.tasks.count()).toBe(2);
    again.server.onPull(
      () => errorAnswer(410, 'CURSOR_EXPIRED'),
      () => json(pullAnswer([pulledTask(7, version(7))], { nextCursor: 'r2' })),
    );
    await again.db.sync.now();
    expect(again.server.pulls.slice(-2)).toEqual([
      `/v1/sync/pull?limit=500&schemaVersion=${fieldService.schemaVersion}&since=r1`,
      `/v1/sync/pull?limit=500&schemaVersion=${fieldService.schemaVersion}`,
    ]);
    expect(await again.db.tasks.orderBy('id').primaryKeys()).toEqual([recordId(7)]);
  });
});

test('a record that was deleted between a device’s first push and its first pull does not stay for ever', async () => {
  const device = await openDevice();
  await device.db.tasks.bulkAdd([1, 2].map((n) => ({ id: recordId(n), ...aTask })));
  device.server.onPull(unreachable, () => json(pullAnswer([pulledTask(2, version(200))])));
  await device.db.sync.now();
  expect(await device.db.tasks.count()).toBe(2);
  await device.db.sync.now();
  expect(await device.db.tasks.orderBy('id').primaryKeys()).toEqual([recordId(2)]);
});

test('a server that refuses every position is not asked over and over', async () => {
  const device = await openDevice();
  const refuse = () => errorAnswer(409, 'RESYNC_REQUIRED');
  const page = () => json(pullAnswer([], { nextCursor: 'r1', hasMore: true }));
  await device.db.sync.now();
  device.server.onPull(refuse, page, refuse);
  expect(await device.db.sync.now()).toMatchObject({ error: { code: 'RESYNC_REQUIRED' } });
  expect(device.server.pulls).toHaveLength(4);
  expect(await device.db.sync.now()).toMatchObject({ error: null });
});
