import { beforeEach, describe, expect, test } from 'vitest';
import { aTask, openDevice, pulledTask, recordId, type TestDevice } from '../testing/open-device.ts';
import { changesOf, errorAnswer, json, pullAnswer, pushAnswer, version } from '../testing/scripted-server.ts';
import type { OutboxChange } from './rows.ts';

let device: TestDevice;
const db = () => device.db;
const id = recordId(1);

/** A device that holds tasks 1 to 3 as the server has them. */
beforeEach(async () => {
  device = await openDevice();
  const tasks = [1, 2, 3].map((n) => pulledTask(n, version(n), { notes: 'n' }));
  device.server.onPull(() => json(pullAnswer(tasks)));
  await db().sync.now();
});

const outbox = (): Promise<OutboxChange[]> => db().table('_outbox').orderBy('seq').toArray();
const queued = async () =>
  (await outbox()).map(({ op, entityId, baseUpdatedAt, payload }) => ({
    op,
    id: entityId,
    base: baseUpdatedAt,
    payload,
  }));
const upsert = (n: number, payload: object) => ({ op: 'upsert', id: recordId(n), base: version(n), payload });
const deletion = (n: number) => ({ op: 'delete', id: recordId(n), base: version(n), payload: {} });

describe('every way to write queues just what changed', () => {
  test('add', async () => {
    const added = await db().financeEntries.add({
      title: 'Soap',
      amount: 3.5,
      type: 'payable',
      dueDate: '2026-02-01',
      status: 'pending',
      currency: 'eur',
      kind: 'general',
    });
    expect(await db().financeEntries.get(added)).toMatchObject({ isDisputed: false, notes: null, updatedAt: null });
    const [change] = await outbox();
    expect(change).toMatchObject({
      op: 'upsert',
      entity: 'finance_entry',
      entityId: added,
      baseUpdatedAt: null,
      state: 'unsent',
    });
    expect(Object.keys(change?.payload ?? {}).sort()).toEqual(
      ['amount', 'currency', 'dueDate', 'isDisputed', 'kind', 'status', 'title', 'type'].sort(),
    );
  });

  test('add gives the app its id, and takes one of its own', async () => {
    const made: { id?: string; title: string; date: string; status: 'scheduled' } = { ...aTask };
    await db().tasks.add(made);
    expect(made.id).toMatch(/^[0-9a-f-]{36}$/);
    expect(await db().tasks.add({ ...aTask, id: recordId(50) })).toBe(recordId(50));
  });

  test('a row that was read before a pull is put with the version that was read', async () => {
    const form = await db().tasks.get(id);
    device.server.onPull(() => json(pullAnswer([pulledTask(1, version(9), { title: 'Theirs', notes: 'n' })])));
    await db().sync.now();
    if (form) await db().tasks.put({ ...form, notes: 'mine' });
    expect(await queued()).toEqual([
      { op: 'upsert', id, base: version(1), payload: { title: 'Windows', notes: 'mine' } },
    ]);
    // The server finds that the old title is no edit; what it answers corrects the row.
    const { payload } = pulledTask(1, version(10), { title: 'Theirs', notes: 'mine' });
    device.server.onPush((request) => {
      const changes = changesOf(request);
      return json(
        pushAnswer(
          changes,
          changes.map((change) => ({ change, outcome: 'merged', updatedAt: version(10), payload })),
        ),
      );
    });
    await db().sync.now();
    expect(await db().tasks.get(id)).toMatchObject({ title: 'Theirs', notes: 'mine' });
  });

  test('put replaces: what is missing becomes null', async () => {
    await db().tasks.put({ id, ...aTask, title: 'Doors' });
    expect(await db().tasks.get(id)).toMatchObject({ title: 'Doors', notes: null, updatedAt: version(1) });
    expect(await queued()).toEqual([upsert(1, { title: 'Doors', notes: null })]);
  });

  test('put of the row as it is queues nothing', async () => {
    const row = await db().tasks.get(id);
    if (row) await db().tasks.put(row);
    expect(await queued()).toEqual([]);
  });

  test('update', async () => {
    expect(await db().tasks.update(id, { title: 'Doors' })).toBe(1);
    expect(await db().tasks.update(recordId(99), { title: 'Doors' })).toBe(0);
    expect(await queued()).toEqual([upsert(1, { title: 'Doors' })]);
  });

  test('upsert of a record that exists, and of one that does not', async () => {
    await db().tasks.upsert(id, { title: 'Doors' });
    await db().tasks.upsert(recordId(60), { ...aTask });
    expect(await queued()).toEqual([
      upsert(1, { title: 'Doors' }),
      { op: 'upsert', id: recordId(60), base: null, payload: { ...aTask } },
    ]);
  });

  test('delete', async () => {
    await db().tasks.delete(id);
    await db().tasks.delete(recordId(99));
    expect(await db().tasks.get(id)).toBeUndefined();
    expect(await queued()).toEqual([deletion(1)]);
  });

  test('bulkAdd keeps those that are new', async () => {
    await expect(
      db().tasks.bulkAdd([
        { id, ...aTask },
        { id: recordId(61), ...aTask },
      ]),
    ).rejects.toMatchObject({
      name: 'BulkError',
    });
    expect((await queued()).map((change) => change.id)).toEqual([recordId(61)]);
    expect(await db().tasks.get(id)).toMatchObject({ notes: 'n' });
  });

  test('bulkPut, one record twice', async () => {
    await db().tasks.bulkPut([
      { id, ...aTask, notes: 'n', title: 'A' },
      { id, ...aTask, notes: 'm', title: 'A' },
    ]);
    expect(await queued()).toEqual([upsert(1, { title: 'A', notes: 'm' })]);
  });

  test('bulkUpdate', async () => {
    const changes = { title: 'Doors' };
    expect(await db().tasks.bulkUpdate([1, 2, 99].map((n) => ({ key: recordId(n), changes })))).toBe(2);
    expect(await queued()).toEqual([upsert(1, changes), upsert(2, changes)]);
  });

  test('bulkDelete', async () => {
    await db().tasks.bulkDelete([1, 1, 2].map(recordId));
    expect(await queued()).toEqual([deletion(1), deletion(2)]);
  });

  test('modify with an object and with a function', async () => {
    await db().tasks.where('status').equals('scheduled').modify({ notes: 'x' });
    await db()
      .tasks.where('id')
      .anyOf([recordId(2), recordId(3)])
      .modify((task, ref) => {
        if (task.id === recordId(2)) task.title = 'Doors';
        else Reflect.deleteProperty(ref, 'value');
      });
    expect(await queued()).toEqual([
      upsert(1, { notes: 'x' }),
      upsert(2, { notes: 'x', title: 'Doors' }),
      upsert(3, { notes: 'x' }),
      deletion(3),
    ]);
  });

  test('delete of a collection, by index and by key range', async () => {
    await db().tasks.where('id').below(recordId(3)).delete();
    await db().tasks.where('status').equals('scheduled').delete();
    expect(await queued()).toEqual([1, 2, 3].map(deletion));
  });

  test('clear', async () => {
    await db().tasks.clear();
    expect(await db().tasks.count()).toBe(0);
    expect(await queued()).toEqual([1, 2, 3].map(deletion));
  });

  test('what a hook of the app changes is queued as it is stored', async () => {
    db().tasks.hook('updating', () => ({ notes: 'hooked' }));
    await db().tasks.update(id, { title: 'Doors' });
    expect(await queued()).toEqual([upsert(1, { title: 'Doors', notes: 'hooked' })]);
  });
});

describe('a record that is back after its delete', () => {
  test('with the values it had, before anything was sent: nothing has happened', async () => {
    const row = await db().tasks.get(id);
    await db().transaction('rw', db().tasks, async () => {
      await db().tasks.clear();
      if (row) await db().tasks.add(row);
    });
    expect(await queued()).toEqual([2, 3].map(deletion));
    expect(await db().tasks.get(id)).toEqual(row);
    expect(await db().table('_copies').count()).toBe(2);
  });

  test('with other values: they are edits', async () => {
    await db().tasks.delete(id);
    await db().tasks.put({ id, ...aTask, title: 'Doors' });
    expect(await queued()).toEqual([upsert(1, { title: 'Doors', notes: null })]);
    expect(await db().tasks.get(id)).toMatchObject({ title: 'Doors', notes: null, updatedAt: version(1) });
  });

  test('when the delete may have arrived: all of it is sent as a new record', async () => {
    await db().tasks.delete(id);
    device.server.onPush(() => errorAnswer(503, 'UNAVAILABLE'));
    await db().sync.now();
    await db().tasks.add({ id, ...aTask, title: 'New life' });
    await db().tasks.update(id, { status: 'completed' });
    // A field that the member may not see (here: all that the server left out) is not nulled.
    expect((await queued())[1]).toEqual({
      op: 'upsert',
      id,
      base: null,
      payload: { ...aTask, title: 'New life', status: 'completed', notes: null },
    });
    await db().sync.now();
    expect(await db().tasks.get(id)).toMatchObject({ title: 'New life', status: 'completed', notes: null });
    expect(await queued()).toEqual([]);
  });
});

test('a new record that another one refers to is not dropped with its delete', async () => {
  const [client, other] = [recordId(80), recordId(81)];
  await db().clients.bulkAdd([client, other].map((key) => ({ id: key, name: 'C' })));
  await db().tasks.add({ id: recordId(82), ...aTask, clientId: client });
  await db().clients.bulkDelete([client, other]);
  expect((await queued()).map(({ op, id: key }) => [op, key])).toEqual([
    ['upsert', client],
    ['upsert', recordId(82)],
    ['delete', client],
  ]);
});

test('a transaction that is rolled back leaves nothing in the outbox', async () => {
  const failing = db().transaction('rw', db().tasks, async () => {
    await db().tasks.update(id, { title: 'Doors' });
    await db().tasks.add({ ...aTask });
    throw new Error('changed my mind');
  });
  await expect(failing).rejects.toThrow('changed my mind');
  expect(await outbox()).toEqual([]);
  expect(await db().table('_copies').count()).toBe(0);
  expect(await db().tasks.count()).toBe(3);
});

test('writes that a transaction does not await see each other', async () => {
  const other = recordId(70);
  await db().transaction('rw', db().tasks, async () => {
    await Promise.all([
      db().tasks.put({ id: other, ...aTask, notes: 'first' }),
      db().tasks.put({ id: other, ...aTask }),
      db().tasks.update(id, { title: 'A' }),
      db().tasks.update(id, { notes: 'B' }),
    ]);
  });
  expect(await queued()).toEqual([
    { op: 'upsert', id: other, base: null, payload: { ...aTask, notes: null } },
    upsert(1, { title: 'A', notes: 'B' }),
  ]);
});

test('a field that the role hides stays out of a whole-record put', async () => {
  const { notes: _, ...hidden } = pulledTask(4, version(4)).payload as { notes?: string };
  device.server.onPull(() => json(pullAnswer([{ ...pulledTask(4, version(4)), payload: hidden }])));
  await db().sync.now();
  const row = await db().tasks.get(recordId(4));
  await db().tasks.put({ ...aTask, ...row, title: 'Doors' });
  expect(await queued()).toEqual([upsert(4, { title: 'Doors' })]);
});

describe('refused at the call', () => {
  test.each([
    ['a key that the entity does not declare', { ...aTask, titel: 'x' }, 'UNKNOWN_FIELD'],
    ['an id that is no UUID', { ...aTask, id: '7' }, 'INVALID_ID'],
    [
      'an id in capitals, which IndexedDB would take for another',
      { ...aTask, id: recordId(170).replace('f', 'F') },
      'INVALID_ID',
    ],
    ['a value that JSON would change in silence', { ...aTask, notes: Number.NaN }, 'INVALID_VALUE'],
  ])('%s', async (_, record, code) => {
    await expect(db().tasks.add(record as never)).rejects.toMatchObject({ name: 'BackhaulError', code });
    expect(await outbox()).toEqual([]);
  });

  test('a delete under an id that can not be one', async () => {
    await expect(db().tasks.delete(id.toUpperCase())).rejects.toMatchObject({ code: 'INVALID_ID' });
    expect(await db().tasks.count()).toBe(3);
  });

  test('a table that only the server writes, and the engine’s own', async () => {
    await expect(db().table('attachments').delete(id)).rejects.toMatchObject({ code: 'READ_ONLY' });
    await expect(db().table('_outbox').clear()).rejects.toMatchObject({ code: 'READ_ONLY' });
    await expect(db().table('rejected').clear()).rejects.toMatchObject({ code: 'READ_ONLY' });
    await expect(db().table('_escrow').toArray()).rejects.toMatchObject({ code: 'READ_ONLY' });
  });
});

test('when queueing fails, a transaction that catches the error keeps nothing either', async () => {
  let fails = false;
  const { db: own } = await openDevice({
    newId: () => {
      if (fails) throw new Error('no ids');
      return crypto.randomUUID();
    },
  });
  fails = true;
  const caught = own.transaction('rw', own.tasks, () => own.tasks.add({ id, ...aTask }).catch(() => 'caught'));
  await expect(caught).rejects.toMatchObject({ name: 'AbortError' });
  expect(await own.tasks.count()).toBe(0);
});

test('an edit carries its time and the clock offset known then', async () => {
  const [, { clockOffset }] = [await db().tasks.update(id, { title: 'A' }), (await outbox())[0] as OutboxChange];
  expect(clockOffset).toBeTypeOf('number');
});
