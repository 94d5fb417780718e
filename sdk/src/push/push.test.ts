import { describe, expect, test } from 'vitest';
import type { OutboxChange } from '../store/rows.ts';
import { aTask, copiesOf, deviceWithTask, openDevice, outboxOf, pulledTask, recordId } from '../testing/open-device.ts';
import {
  changesOf,
  json,
  judging,
  lost,
  pullAnswer,
  pushAnswer,
  type SeenRequest,
  version,
} from '../testing/scripted-server.ts';

const id = recordId(1);

describe('an accepted change', () => {
  test('without a record in the answer: the base and the change are the new copy', async () => {
    const device = await deviceWithTask({ notes: 'n' });
    await device.db.tasks.update(id, { title: 'B' });
    device.server.onPush(judging(() => ({ outcome: 'applied', updatedAt: version(11) })));
    await device.db.sync.now();
    expect(await device.db.tasks.get(id)).toMatchObject({
      title: 'B',
      notes: 'n',
      createdAt: version(10),
      updatedAt: version(11),
    });
    expect([await outboxOf(device), await copiesOf(device)]).toEqual([[], 0]);
  });

  test('with a record: it replaces the copy, also where the sender lost', async () => {
    const device = await deviceWithTask();
    await device.db.tasks.update(id, { title: 'B' });
    const { payload } = pulledTask(1, version(12), { title: 'Theirs', notes: 'new' });
    device.server.onPush(judging(() => ({ outcome: 'conflict', updatedAt: version(12), payload })));
    await device.db.sync.now();
    expect(await device.db.tasks.get(id)).toMatchObject({ title: 'Theirs', notes: 'new', updatedAt: version(12) });
  });

  test('a version without its content is not adopted; the next pull brings both', async () => {
    const device = await deviceWithTask();
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
    const device = await deviceWithTask();
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
    const device = await deviceWithTask();
    await device.db.tasks.update(id, { title: 'B' });
    device.server.onPush(async (request) => {
      await device.db.tasks.update(id, { title: 'C' });
      return judging(() => ({ outcome: 'applied', updatedAt: version(11) }))(request);
    });
    device.server.onPush(lost);
    await device.db.sync.now();
    expect(await device.db.tasks.get(id)).toMatchObject({ title: 'C', updatedAt: version(11) });
    expect(await outboxOf(device)).toMatchObject([{ payload: { title: 'C' } }]);
  });

  test.each([
    ['applied as sent: the later one builds on it', 'applied', undefined, 11],
    ['merged as sent', 'merged', { title: 'B', notes: 'theirs' }, 12],
    ['not an edit to the server, which holds another value', 'unchanged', { title: 'Theirs' }, 10],
    ['in conflict', 'conflict', { title: 'B' }, 10],
  ] as const)('two edits of a field, the first %s', async (_, outcome, fields, base) => {
    const device = await deviceWithTask();
    await device.db.tasks.update(id, { title: 'B' });
    const answer = fields && { payload: pulledTask(1, version(12), fields).payload };
    device.server.onPush(async (request) => {
      await device.db.tasks.update(id, { title: 'C' });
      return judging(() => ({ outcome, updatedAt: version(11), ...answer }))(request);
    }, lost);
    await device.db.sync.now();
    expect(await outboxOf(device)).toMatchObject([{ baseUpdatedAt: version(base), payload: { title: 'C' } }]);
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
    const device = await deviceWithTask();
    await device.db.tasks.delete(id);
    await device.db.sync.now();
    expect(device.server.pushed).toMatchObject([{ op: 'delete', entityId: id, baseUpdatedAt: version(10) }]);
    expect([await outboxOf(device), await copiesOf(device), await device.db.tasks.count()]).toEqual([[], 0, 0]);
  });
});

describe('what left the device is never altered', () => {
  test('a lost answer: the same ids and bytes go again, later edits are changes of their own', async () => {
    const device = await deviceWithTask();
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
    const device = await deviceWithTask();
    await device.db.tasks.update(id, { title: 'B' });
    let stored: OutboxChange[] = [];
    device.server.onPush(async () => {
      stored = await outboxOf(device);
      return lost();
    });
    await device.db.sync.now();
    expect(stored).toMatchObject([{ state: 'sent' }]);
    const again = await device.reopen();
    await again.db.tasks.update(id, { title: 'C' });
    expect(await outboxOf(again)).toEqual([
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
    expect(await outboxOf(device)).toMatchObject([{ entityId: recordId(2), state: 'sent' }]);
  });
});

describe('a refused change', () => {
  const refusing = judging(() => ({ outcome: 'rejected', code: 'FORBIDDEN' }));

  test('moves to db.rejected, and the record rolls back', async () => {
    const device = await deviceWithTask();
    await device.db.tasks.update(id, { title: 'B' });
    const [change] = await outboxOf(device);
    device.server.onPush(refusing);
    expect((await device.db.sync.now()).status).toMatchObject({ pending: 0, rejected: 1 });
    expect(await device.db.tasks.get(id)).toMatchObject({ title: 'Windows', updatedAt: version(10) });
    expect(await device.db.rejected.toArray()).toMatchObject([
      { changeId: change?.changeId, code: 'FORBIDDEN', payload: { title: 'B' }, baseUpdatedAt: version(10) },
    ]);
  });

  test('retry makes it again under a new id with the edits of a human', async () => {
    const device = await deviceWithTask();
    await device.db.tasks.update(id, { title: 'B', notes: 'keep' });
    device.server.onPush(refusing);
    await device.db.sync.now();
    const [rejected] = await device.db.rejected.toArray();
    await device.db.rejected.retry(rejected?.changeId ?? '', { title: 'C' });
    expect(await device.db.tasks.get(id)).toMatchObject({ title: 'C', notes: 'keep' });
    const [change] = await outboxOf(device);
    expect(change).toMatchObject({ payload: { title: 'C', notes: 'keep' }, state: 'unsent' });
    expect(change?.changeId).not.toBe(rejected?.changeId);
    expect(await device.db.rejected.count()).toBe(0);
    await expect(device.db.rejected.retry(rejected?.changeId ?? '')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('is not settled inside a transaction of the app, which goes on', async () => {
    const { db, server } = await deviceWithTask();
    await db.tasks.update(id, { title: 'B' });
    server.onPush(refusing);
    await db.sync.now();
    const [rejected] = await db.rejected.toArray();
    const codes: unknown[] = [];
    await db.transaction('rw', db.tasks, async () => {
      const note = (error: { code?: unknown }) => codes.push(error.code);
      await db.rejected.retry(rejected?.changeId ?? '').catch(note);
      await db.rejected.discard(rejected?.changeId ?? '').catch(note);
      await db.tasks.update(id, { notes: 'x' });
    });
    expect(codes).toEqual(['IN_TRANSACTION', 'IN_TRANSACTION']);
    expect(await db.tasks.get(id)).toMatchObject({ title: 'Windows', notes: 'x' });
  });

  test('discard gives it up', async () => {
    const device = await deviceWithTask();
    await device.db.tasks.update(id, { title: 'B' });
    device.server.onPush(refusing);
    await device.db.sync.now();
    const [rejected] = await device.db.rejected.toArray();
    await device.db.rejected.discard(rejected?.changeId ?? '');
    expect([await device.db.rejected.count(), await outboxOf(device)]).toEqual([0, []]);
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
    expect(await outboxOf(device)).toEqual([]);
    expect(await device.db.tasks.count()).toBe(0);
    expect(await device.db.rejected.toArray()).toMatchObject([
      { code: 'FORBIDDEN', baseUpdatedAt: null, payload: { title: 'Sent edit', notes: 'third' } },
    ]);
    const [rejected] = await device.db.rejected.toArray();
    await device.db.rejected.retry(rejected?.changeId ?? '');
    expect(await outboxOf(device)).toMatchObject([
      { op: 'upsert', baseUpdatedAt: null, payload: { ...aTask, title: 'Sent edit', notes: 'third' } },
    ]);
  });

  test('two refused records of one id are two entries, each with its own reason', async () => {
    let now = Date.parse('2026-03-01T00:00:00Z');
    const device = await openDevice({ now: () => (now += 1000) });
    const refuse = (code: 'INVALID_FIELD' | 'FORBIDDEN') => judging(() => ({ outcome: 'rejected', code }));
    device.server.onPush(refuse('INVALID_FIELD'), refuse('FORBIDDEN'));
    for (const title of ['First', 'Second']) {
      await device.db.tasks.add({ id, ...aTask, title });
      await device.db.sync.now();
    }
    expect(await device.db.rejected.orderBy('at').toArray()).toMatchObject([
      { code: 'INVALID_FIELD', payload: { title: 'First' } },
      { code: 'FORBIDDEN', payload: { title: 'Second' } },
    ]);
  });

  test('a delete of what is gone is simply done', async () => {
    const device = await deviceWithTask();
    await device.db.tasks.delete(id);
    device.server.onPush(judging(() => ({ outcome: 'rejected', code: 'RECORD_GONE' })));
    expect((await device.db.sync.now()).status).toMatchObject({ pending: 0, rejected: 0 });
    expect(await device.db.tasks.count()).toBe(0);
  });
});

test('conflicts are listed once, and dismissed', async () => {
  const device = await deviceWithTask();
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
