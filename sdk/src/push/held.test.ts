import { describe, expect, test } from 'vitest';
import { aTask, copiesOf, deviceWithTask, openDevice, outboxOf, recordId } from '../testing/open-device.ts';
import { judging, lost, version } from '../testing/scripted-server.ts';

const id = recordId(1);

describe('a change that is held', () => {
  const missing = { outcome: 'rejected', code: 'MISSING_REFERENCE', retryable: true } as const;

  /** Holds every change of the first task; the rest is accepted. */
  const holding = judging((change) =>
    change.entityId === id ? missing : { outcome: 'applied', updatedAt: version(20) },
  );

  test('is unsent again, under another id, and goes behind the others when due', async () => {
    let now = Date.parse('2026-03-01T00:00:00Z');
    const device = await openDevice({ now: () => now, random: () => 0.5 });
    const { db, server } = device;
    await db.tasks.bulkAdd([1, 2].map((n) => ({ id: recordId(n), ...aTask })));
    server.onPush(holding);
    expect((await db.sync.now()).status).toMatchObject({ pending: 1, held: 1, rejected: 0 });
    await db.sync.whenSynced();
    const [held] = await outboxOf(device);
    expect(held).toMatchObject({
      state: 'unsent',
      held: { code: 'MISSING_REFERENCE', attempts: 1, notBefore: now + 1000 },
    });
    expect(held?.changeId).not.toBe(server.pushed[0]?.changeId);
    await db.tasks.add({ id: recordId(3), ...aTask });
    now += 1;
    await db.sync.now();
    expect(server.pushes.slice(1).map(({ changes }) => changes.map(({ entityId }) => entityId))).toEqual([
      [recordId(3)],
      [id],
    ]);
    expect(await outboxOf(device)).toEqual([]);
  });

  test('is tried once in a cycle, however often that pushes', async () => {
    const { db, server } = await openDevice();
    await db.tasks.add({ id, ...aTask });
    server.onPush(holding, holding, holding);
    await db.sync.now();
    expect(server.pushes).toHaveLength(1);
  });

  test('a create that the user repairs goes at once, as one', async () => {
    const device = await openDevice({ autoSync: true, random: () => 0.5, pollInterval: 1_000_000 });
    device.server.onPush(holding);
    await device.db.tasks.add({ id, ...aTask, clientId: recordId(7) });
    await device.db.sync.whenSynced();
    expect(device.db.sync.status.get().held).toBe(1);
    await device.db.tasks.update(id, { clientId: null, notes: 'x' });
    await device.db.sync.whenSynced();
    expect(device.db.sync.status.get()).toMatchObject({ pending: 0, held: 0 });
    expect(device.server.pushes[1]?.changes).toMatchObject([{ payload: { ...aTask, clientId: null, notes: 'x' } }]);
  });

  test('a create that the user deletes is gone, also when both were on their way', async () => {
    const device = await openDevice();
    device.server.onPush(holding);
    await device.db.tasks.add({ id, ...aTask, clientId: recordId(7) });
    await device.db.sync.now();
    await device.db.tasks.delete(id);
    expect([await outboxOf(device), await copiesOf(device)]).toEqual([[], 0]);

    await device.db.tasks.add({ id, ...aTask, clientId: recordId(7) });
    device.server.onPush(async (request) => {
      await device.db.tasks.delete(id);
      return holding(request);
    });
    await device.db.sync.now();
    expect([await outboxOf(device), await copiesOf(device), await device.db.tasks.count()]).toEqual([[], 0, 0]);
  });

  test('an edit does not hold up other fields, or a delete', async () => {
    const device = await deviceWithTask();
    const { db, server } = device;
    await db.tasks.update(id, { clientId: recordId(7), title: 'B' });
    server.onPush(holding);
    await db.sync.now();
    await db.tasks.update(id, { notes: 'x' });
    await db.tasks.update(id, { title: 'C' });
    server.onPush(
      judging(() => ({ outcome: 'applied', updatedAt: version(21) })),
      holding,
    );
    expect((await db.sync.now()).status).toMatchObject({ pending: 1, held: 1 });
    expect(server.pushes.slice(1).map(({ changes }) => changes.map(({ payload }) => payload))).toEqual([
      [{ notes: 'x' }],
      [{ clientId: recordId(7), title: 'C' }],
    ]);
    expect(await db.tasks.get(id)).toMatchObject({ clientId: recordId(7), title: 'C', notes: 'x' });
    await db.tasks.delete(id);
    await db.sync.now();
    expect(server.pushes.at(-1)?.changes).toMatchObject([{ op: 'delete' }]);
    expect([await outboxOf(device), await db.tasks.count()]).toEqual([[], 0]);
  });

  test('changes that are held together and can do without each other are tried one by one', async () => {
    const device = await deviceWithTask();
    const { db, server } = device;
    await db.tasks.update(id, { clientId: recordId(7) });
    server.onPush(lost);
    await db.sync.now();
    await db.tasks.update(id, { notes: 'x' });
    server.onPush(holding, holding);
    await db.sync.now();
    expect(await outboxOf(device)).toMatchObject([{ state: 'unsent' }, { state: 'unsent' }]);
    await db.sync.now();
    expect(server.pushes.slice(-2).map(({ changes }) => changes.map(({ payload }) => payload))).toEqual([
      [{ clientId: recordId(7) }],
      [{ notes: 'x' }],
    ]);
  });

  test('that was overtaken by an accepted change of the same field gives way to it', async () => {
    const device = await deviceWithTask();
    await device.db.tasks.update(id, { clientId: recordId(7), title: 'B' });
    device.server.onPush(lost);
    await device.db.sync.now();
    await device.db.tasks.update(id, { title: 'C' });
    device.server.onPush(
      judging((_, index) => (index === 0 ? missing : { outcome: 'applied', updatedAt: version(21) })),
    );
    await device.db.sync.now();
    expect(await outboxOf(device)).toMatchObject([{ payload: { clientId: recordId(7) } }]);
    expect(await device.db.tasks.get(id)).toMatchObject({ title: 'C', clientId: recordId(7) });
  });

  test('is tried again after the device’s clock has been set back by years', async () => {
    let now = Date.parse('2031-01-01T00:00:00Z');
    const { db, server } = await openDevice({ now: () => now, random: () => 0.5, autoSync: true, pollInterval: 20 });
    server.onPush(holding);
    await db.tasks.add({ id, ...aTask });
    await db.sync.whenSynced();
    now = Date.parse('2026-03-01T00:00:00Z');
    await expect.poll(() => db.sync.status.get().pending).toBe(0);
  });
});
