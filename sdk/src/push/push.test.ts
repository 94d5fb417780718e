import type { PushChange } from '@backhaul/shared';
import { describe, expect, test } from 'vitest';
import { aTask, openDevice, pulledTask, recordId, type TestDevice } from '../testing/open-device.ts';
import {
  changesOf,
  errorAnswer,
  json,
  pullAnswer,
  pushAnswer,
  type SeenRequest,
  version,
} from '../testing/scripted-server.ts';
import type { OutboxChange } from '../store/rows.ts';

const id = recordId(1);
const outbox = ({ db }: TestDevice): Promise<OutboxChange[]> => db.table('_outbox').orderBy('seq').toArray();
const copies = ({ db }: TestDevice) => db.table('_copies').count();
const lost = (): Response => {
  throw new TypeError('the answer was lost');
};

/** Answers every change of a push with what `judge` says of it. */
const judging =
  (judge: (change: PushChange, index: number) => Omit<Parameters<typeof pushAnswer>[1][number], 'change'>) =>
  (request: SeenRequest): Response => {
    const changes = changesOf(request);
    return json(
      pushAnswer(
        changes,
        changes.map((change, index) => ({ change, ...judge(change, index) })),
      ),
    );
  };

async function withTask(fields: object = {}): Promise<TestDevice> {
  const device = await openDevice();
  device.server.onPull(() => json(pullAnswer([pulledTask(1, version(10), fields)])));
  await device.db.sync.now();
  return device;
}

describe('an accepted change', () => {
  test('without a record in the answer: the base and the change are the new copy', async () => {
    const device = await withTask({ notes: 'n' });
    await device.db.tasks.update(id, { title: 'B' });
    device.server.onPush(judging(() => ({ outcome: 'applied', updatedAt: version(11) })));
    await device.db.sync.now();
    expect(await device.db.tasks.get(id)).toMatchObject({
      title: 'B',
      notes: 'n',
      createdAt: version(10),
      updatedAt: version(11),
    });
    expect([await outbox(device), await copies(device)]).toEqual([[], 0]);
  });

  test('with a record: it replaces the copy, also where the sender lost', async () => {
    const device = await withTask();
    await device.db.tasks.update(id, { title: 'B' });
    const { payload } = pulledTask(1, version(12), { title: 'Theirs', notes: 'new' });
    device.server.onPush(judging(() => ({ outcome: 'conflict', updatedAt: version(12), payload })));
    await device.db.sync.now();
    expect(await device.db.tasks.get(id)).toMatchObject({ title: 'Theirs', notes: 'new', updatedAt: version(12) });
  });

  test('a version without its content is not adopted; the next pull brings both', async () => {
    const device = await withTask();
    await device.db.tasks.update(id, { title: 'B' });
    device.server.onPush(judging(() => ({ outcome: 'rejected', code: 'MISSING_REFERENCE', retryable: true })));
    device.server.onPull(() => json(pullAnswer([pulledTask(1, version(12), { notes: 'theirs' })])));
    await device.db.sync.now();
    // The copy has moved on since the edit, and this answer does not say what the record holds now.
    device.server.onPush(judging(() => ({ outcome: 'merged', updatedAt: version(13) })));
    device.server.onPull(lost, () => json(pullAnswer([pulledTask(1, version(13), { title: 'B', notes: 'theirs' })])));
    await device.db.sync.now();
    expect(await device.db.tasks.get(id)).toMatchObject({ notes: 'theirs', updatedAt: version(12) });
    await device.db.sync.now();
    expect(await device.db.tasks.get(id)).toMatchObject({ title: 'B', notes: 'theirs', updatedAt: version(13) });
  });

  test('a record deleted by the answer goes away; edits made meanwhile keep it', async () => {
    const device = await withTask();
    const { payload } = pulledTask(1, version(12), { deletedAt: version(12) });
    await device.db.tasks.update(id, { title: 'B' });
    device.server.onPush(async (request) => {
      await device.db.tasks.update(id, { notes: 'meanwhile' });
      return judging(() => ({ outcome: 'conflict', updatedAt: version(12), payload }))(request);
    }, lost);
    await device.db.sync.now();
    expect(await device.db.tasks.get(id)).toMatchObject({ notes: 'meanwhile' });
    device.server.onPush(judging(() => ({ outcome: 'unchanged', updatedAt: version(12), payload })));
    await device.db.sync.now();
    expect(await device.db.tasks.get(id)).toBeUndefined();
  });

  test('what was edited while the push was under way stays pending and visible', async () => {
    const device = await withTask();
    await device.db.tasks.update(id, { title: 'B' });
    device.server.onPush(async (request) => {
      await device.db.tasks.update(id, { title: 'C' });
      return judging(() => ({ outcome: 'applied', updatedAt: version(11) }))(request);
    });
    device.server.onPush(lost);
    await device.db.sync.now();
    expect(await device.db.tasks.get(id)).toMatchObject({ title: 'C', updatedAt: version(11) });
    expect(await outbox(device)).toMatchObject([{ baseUpdatedAt: version(10), payload: { title: 'C' } }]);
  });

  test('two changes of one record in one push build on each other', async () => {
    const device = await openDevice();
    await device.db.sync.now();
    await device.db.tasks.add({ id, ...aTask });
    device.server.onPush(lost);
    await device.db.sync.now();
    await device.db.tasks.update(id, { notes: 'x' });
    device.server.onPush(judging((_, index) => ({ outcome: 'applied', updatedAt: version(20 + index) })));
    await device.db.sync.now();
    expect(device.server.pushes.at(-1)?.changes).toHaveLength(2);
    expect(await device.db.tasks.get(id)).toMatchObject({ notes: 'x', createdAt: version(20), updatedAt: version(21) });
  });

  test('a delete', async () => {
    const device = await withTask();
    await device.db.tasks.delete(id);
    await device.db.sync.now();
    expect(device.server.pushed).toMatchObject([{ op: 'delete', entityId: id, baseUpdatedAt: version(10) }]);
    expect([await outbox(device), await copies(device), await device.db.tasks.count()]).toEqual([[], 0, 0]);
  });
});

describe('what left the device is never altered', () => {
  test('a lost answer: the same ids and bytes go again, later edits are changes of their own', async () => {
    const device = await withTask();
    await device.db.tasks.update(id, { title: 'B' });
    device.server.onPush(lost);
    expect(await device.db.sync.now()).toMatchObject({ error: { code: 'NETWORK' }, status: { pending: 1 } });
    await device.db.tasks.update(id, { title: 'C' });
    await device.db.sync.now();
    const [first, second] = device.server.pushes;
    expect(second?.changes).toHaveLength(2);
    expect(JSON.stringify(second?.changes[0])).toBe(JSON.stringify(first?.changes[0]));
    expect(second?.changes[1]).toMatchObject({ payload: { title: 'C' }, baseUpdatedAt: version(10) });
  });

  test('marked before it is sent, also across a crash', async () => {
    const device = await withTask();
    await device.db.tasks.update(id, { title: 'B' });
    let stored: OutboxChange[] = [];
    device.server.onPush(async () => {
      stored = await outbox(device);
      return lost();
    });
    await device.db.sync.now();
    expect(stored).toMatchObject([{ state: 'sent' }]);
    const again = await device.reopen();
    await again.db.tasks.update(id, { title: 'C' });
    expect(await outbox(again)).toEqual([
      stored[0],
      expect.objectContaining({ state: 'unsent', payload: { title: 'C' } }),
    ]);
    expect(again.db.device.id).toBe(device.db.device.id);
  });

  test('a result that is missing from the answer leaves its change in the outbox', async () => {
    const device = await openDevice();
    await device.db.tasks.bulkAdd([1, 2].map((n) => ({ id: recordId(n), ...aTask })));
    device.server.onPush((request) => {
      const changes = changesOf(request);
      const [first] = changes;
      return json(pushAnswer(changes, first ? [{ change: first, outcome: 'applied', updatedAt: version(1) }] : []));
    });
    const report = await device.db.sync.now();
    expect(report).toMatchObject({ error: null, status: { pending: 1 } });
    expect(await outbox(device)).toMatchObject([{ entityId: recordId(2), state: 'sent' }]);
  });
});

describe('a refused change', () => {
  const refusing = judging(() => ({ outcome: 'rejected', code: 'FORBIDDEN' }));

  test('moves to db.rejected, and the record rolls back', async () => {
    const device = await withTask();
    await device.db.tasks.update(id, { title: 'B' });
    const [change] = await outbox(device);
    device.server.onPush(refusing);
    expect((await device.db.sync.now()).status).toMatchObject({ pending: 0, rejected: 1 });
    expect(await device.db.tasks.get(id)).toMatchObject({ title: 'Windows', updatedAt: version(10) });
    expect(await device.db.rejected.toArray()).toMatchObject([
      { changeId: change?.changeId, code: 'FORBIDDEN', payload: { title: 'B' }, baseUpdatedAt: version(10) },
    ]);
  });

  test('retry makes it again under a new id with the edits of a human', async () => {
    const device = await withTask();
    await device.db.tasks.update(id, { title: 'B', notes: 'keep' });
    device.server.onPush(refusing);
    await device.db.sync.now();
    const [rejected] = await device.db.rejected.toArray();
    await device.db.rejected.retry(rejected?.changeId ?? '', { title: 'C' });
    expect(await device.db.tasks.get(id)).toMatchObject({ title: 'C', notes: 'keep' });
    const [change] = await outbox(device);
    expect(change).toMatchObject({ payload: { title: 'C', notes: 'keep' }, state: 'unsent' });
    expect(change?.changeId).not.toBe(rejected?.changeId);
    expect(await device.db.rejected.count()).toBe(0);
    await expect(device.db.rejected.retry(rejected?.changeId ?? '')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('discard gives it up', async () => {
    const device = await withTask();
    await device.db.tasks.update(id, { title: 'B' });
    device.server.onPush(refusing);
    await device.db.sync.now();
    const [rejected] = await device.db.rejected.toArray();
    await device.db.rejected.discard(rejected?.changeId ?? '');
    expect([await device.db.rejected.count(), await outbox(device)]).toEqual([0, []]);
  });

  test('a refused create takes the edits made on it along, in their order', async () => {
    const device = await openDevice();
    await device.db.tasks.add({ id, ...aTask, notes: 'first' });
    device.server.onPush(lost);
    await device.db.sync.now();
    await device.db.tasks.update(id, { notes: 'second', title: 'Sent edit' });
    device.server.onPush(async (request) => {
      await device.db.tasks.update(id, { notes: 'third' });
      return refusing(request);
    });
    await device.db.sync.now();
    expect(await outbox(device)).toEqual([]);
    expect(await device.db.tasks.count()).toBe(0);
    expect(await device.db.rejected.toArray()).toMatchObject([
      { code: 'FORBIDDEN', baseUpdatedAt: null, payload: { title: 'Sent edit', notes: 'third' } },
    ]);
    const [rejected] = await device.db.rejected.toArray();
    await device.db.rejected.retry(rejected?.changeId ?? '');
    expect(await outbox(device)).toMatchObject([
      { op: 'upsert', baseUpdatedAt: null, payload: { ...aTask, title: 'Sent edit', notes: 'third' } },
    ]);
  });

  test('a delete of what is gone is simply done', async () => {
    const device = await withTask();
    await device.db.tasks.delete(id);
    device.server.onPush(judging(() => ({ outcome: 'rejected', code: 'RECORD_GONE' })));
    expect((await device.db.sync.now()).status).toMatchObject({ pending: 0, rejected: 0 });
    expect(await device.db.tasks.count()).toBe(0);
  });
});

describe('a change that is held', () => {
  const missing = { outcome: 'rejected', code: 'MISSING_REFERENCE', retryable: true } as const;

  test('stays behind the others with what follows on its record, and is due later', async () => {
    let now = Date.parse('2026-03-01T00:00:00Z');
    const device = await openDevice({ now: () => now, random: () => 0.5 });
    const { db, server } = device;
    await db.tasks.bulkAdd([1, 2].map((n) => ({ id: recordId(n), ...aTask })));
    server.onPush(
      judging((change) => (change.entityId === id ? missing : { outcome: 'applied', updatedAt: version(1) })),
    );
    expect((await db.sync.now()).status).toMatchObject({ pending: 1, held: 1, rejected: 0 });
    await db.sync.whenSynced();
    const [held] = await outbox(device);
    expect(held).toMatchObject({
      state: 'sent',
      held: { code: 'MISSING_REFERENCE', attempts: 1, notBefore: now + 1000 },
    });

    await db.tasks.update(id, { notes: 'later' });
    await db.tasks.add({ id: recordId(3), ...aTask });
    now += 1;
    await db.sync.now();
    const sent = server.pushes
      .slice(1)
      .map(({ changes }) => changes.map((change) => [change.entityId, change.changeId === held?.changeId]));
    expect(sent).toEqual([
      [[recordId(3), false]],
      [
        [id, true],
        [id, false],
      ],
    ]);
    expect(await outbox(device)).toEqual([]);
  });

  test('is tried once in a cycle, however often that pushes', async () => {
    const { db, server } = await openDevice();
    await db.tasks.add({ id, ...aTask });
    server.onPush(
      judging(() => missing),
      judging(() => missing),
      judging(() => missing),
    );
    await db.sync.now();
    expect(server.pushes).toHaveLength(1);
  });
});

test('conflicts are listed once, and dismissed', async () => {
  const device = await withTask();
  const conflict = {
    id: recordId(90),
    entity: 'task',
    entityId: id,
    fields: ['title'],
    summary: 'Both',
    winner: 'client',
    serverUpdatedAt: version(9),
  };
  const answering = (request: SeenRequest) => {
    const changes = changesOf(request);
    const answer = pushAnswer(
      changes,
      changes.map((change) => ({ change, outcome: 'conflict', updatedAt: version(11) })),
    );
    return json({ ...answer, conflicts: [conflict] });
  };
  for (const title of ['B', 'C']) {
    await device.db.tasks.update(id, { title });
    device.server.onPush(answering);
    expect((await device.db.sync.now()).status.conflicts).toBe(title === 'B' ? 1 : 0);
    await device.db.conflicts.dismiss(conflict.id);
  }
  expect(await device.db.conflicts.toArray()).toMatchObject([{ summary: 'Both', seen: true }]);
});

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
    for (let round = 0; round < 3; round += 1)
      expect(await db.sync.now()).toMatchObject({ error: { code: 'INTERNAL' } });
    expect(server.pushes.map(({ changes }) => changes.length)).toEqual([3, 1, 1, 1, 1]);
    expect(await db.sync.now()).toMatchObject({ error: { code: 'INTERNAL' }, status: { pending: 1, held: 1 } });
    expect(await db.sync.now()).toMatchObject({ error: null, status: { pending: 0 } });
  });

  test('at most 500 changes in a push', async () => {
    const { db, server } = await openDevice();
    await db.tasks.bulkAdd(Array.from({ length: 501 }, () => ({ ...aTask })));
    await db.sync.now();
    expect(server.pushes.map(({ changes }) => changes.length)).toEqual([500, 1]);
  });
});
