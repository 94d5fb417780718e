import { expect, test } from 'vitest';
import { aTask, openDevice, pulledTask, recordId } from './testing/open-device.ts';
import { json, pullAnswer, version } from './testing/scripted-server.ts';

test('a write is queued, pushed, acknowledged, and others are pulled', async () => {
  const { db, server } = await openDevice();
  await db.sync.now();
  const id = await db.tasks.add({ ...aTask });
  expect(await db.tasks.get(id)).toMatchObject({ title: 'Windows', notes: null, updatedAt: null });
  server.onPull(() => json(pullAnswer([pulledTask(9, version(5), { title: 'Doors' })])));

  const report = await db.sync.now();

  expect(report).toMatchObject({ error: null, status: { pending: 0, rejected: 0, phase: 'idle' } });
  expect(server.pushed).toMatchObject([
    { op: 'upsert', entity: 'task', entityId: id, baseUpdatedAt: null, payload: aTask },
  ]);
  expect(await db.tasks.get(id)).toMatchObject({ title: 'Windows', updatedAt: version(101), createdAt: version(101) });
  expect(await db.tasks.get(recordId(9))).toMatchObject({ title: 'Doors', updatedAt: version(5) });
});

test('autoSync pushes a write by itself', async () => {
  const { db, server } = await openDevice({ autoSync: true });
  await db.tasks.add({ ...aTask });
  await db.sync.whenSynced();
  expect(server.pushed).toHaveLength(1);
});
