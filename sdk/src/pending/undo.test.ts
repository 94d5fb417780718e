import { fieldService } from '@backhaul/shared';
import { beforeEach, describe, expect, test } from 'vitest';
import { type KitDevice, openOnKit } from '../testing/kit-device.ts';
import { createTestServer, type TestServer } from '../test-kit/test-server.ts';

const aTask = { title: 'Windows', date: '2026-02-01', status: 'scheduled' } as const;

let server: TestServer;
let device: KitDevice;
let id: string;
beforeEach(async () => {
  server = createTestServer(fieldService);
  server.addMember({ userId: 'user_marta' });
  device = await openOnKit(server, 'user_marta');
  id = server.as('user_marta').add('task', { ...aTask });
  await device.sync();
});

const pending = () => device.db.pending.toArray();
const copies = () => device.db.table('_copies').count();
async function undoLast(fields?: readonly string[]): Promise<void> {
  const last = (await pending()).at(-1);
  await device.db.pending.undo(last?.changeId ?? '', fields ? { fields } : {});
}

describe('an edit', () => {
  test('is taken back: the row is what it was, and nothing is sent', async () => {
    const before = await device.db.tasks.get(id);
    await device.db.tasks.update(id, { title: 'Doors' });
    await undoLast();
    expect(await device.db.tasks.get(id)).toEqual(before);
    expect([await pending(), await copies()]).toEqual([[], 0]);
    await device.sync();
    expect(server.record('task', id)).toMatchObject({ title: 'Windows', updatedAt: before?.updatedAt });
    expect(device.db.sync.status.get()).toMatchObject({ pending: 0 });
  });

  test('that others were joined to goes with them, or field by field', async () => {
    await device.db.tasks.update(id, { title: 'Doors' });
    await device.db.tasks.update(id, { title: 'Stairs', notes: 'Dog' });
    expect(await pending()).toHaveLength(1);
    await undoLast(['title']);
    expect(await device.db.tasks.get(id)).toMatchObject({ title: 'Windows', notes: 'Dog' });
    await undoLast(['notes', 'date']);
    expect(await device.db.tasks.get(id)).toMatchObject({ title: 'Windows', notes: null });
    expect([await pending(), await copies()]).toEqual([[], 0]);
  });

  test('gives back what the server holds now, not what it held when the edit was made', async () => {
    await device.db.tasks.update(id, { clientId: '018f0000-0000-7000-8000-0000000000ff', title: 'Doors' });
    // It is held, so that what others have done is pulled under it.
    server.as('user_marta').update('task', id, { title: 'Theirs', notes: 'Dog' });
    await device.sync();
    expect(await device.db.tasks.get(id)).toMatchObject({ title: 'Doors', notes: 'Dog' });
    await undoLast();
    expect(await device.db.tasks.get(id)).toMatchObject({ title: 'Theirs', notes: 'Dog', clientId: null });
    expect(await copies()).toBe(0);
  });

  test('behind one that was sent leaves that one', async () => {
    await device.db.tasks.update(id, { title: 'Doors' });
    device.line.fail('push', 'lostAnswer');
    await device.db.sync.now();
    await device.db.tasks.update(id, { title: 'Stairs' });
    await undoLast();
    expect(await device.db.tasks.get(id)).toMatchObject({ title: 'Doors' });
    await expect(undoLast()).rejects.toMatchObject({ code: 'ALREADY_SENT' });
    expect(await device.db.tasks.get(id)).toMatchObject({ title: 'Doors' });
    await device.sync();
    expect(server.record('task', id)).toMatchObject({ title: 'Doors' });
  });

  test('that is held for a missing record is unsent again, and can be taken back', async () => {
    await device.db.tasks.update(id, { clientId: '018f0000-0000-7000-8000-0000000000ff', notes: 'Dog' });
    await device.sync();
    expect(await pending()).toMatchObject([{ state: 'unsent', held: { code: 'MISSING_REFERENCE' } }]);
    await undoLast(['clientId']);
    await device.sync();
    expect(server.record('task', id)).toMatchObject({ clientId: null, notes: 'Dog' });
  });
});

describe('a deletion', () => {
  test('is taken back, and what was edited before it is still pending', async () => {
    await device.db.tasks.update(id, { notes: 'Dog' });
    await device.db.tasks.delete(id);
    expect(await device.db.tasks.get(id)).toBeUndefined();
    await undoLast();
    expect(await device.db.tasks.get(id)).toMatchObject({ title: 'Windows', notes: 'Dog' });
    await device.sync();
    expect(server.record('task', id)).toMatchObject({ notes: 'Dog' });
  });
});

describe('a creation', () => {
  test('goes with everything that was done to the new record', async () => {
    const made = await device.db.tasks.add({ ...aTask });
    await device.db.tasks.update(made, { title: 'Doors' });
    await undoLast();
    expect(await device.db.tasks.get(made)).toBeUndefined();
    expect([await pending(), await copies()]).toEqual([[], 0]);
  });

  test('of a record that others refer to stays until they are undone', async () => {
    const client = await device.db.clients.add({ name: 'Mr Silva' });
    await device.db.tasks.update(id, { clientId: client });
    const [creation] = await pending();
    const undo = () => device.db.pending.undo(creation?.changeId ?? '');
    await expect(undo()).rejects.toMatchObject({ code: 'STILL_NAMED' });
    expect(await device.db.clients.get(client)).toMatchObject({ name: 'Mr Silva' });
    await undoLast();
    await undo();
    expect(await device.db.clients.count()).toBe(0);
  });

  test('behind a deletion that was sent leaves the record deleted', async () => {
    await device.db.tasks.delete(id);
    device.line.fail('push', 'lostAnswer');
    await device.db.sync.now();
    await device.db.tasks.add({ id, ...aTask, title: 'Again' });
    await undoLast();
    expect(await device.db.tasks.get(id)).toBeUndefined();
    await device.sync();
    expect(server.record('task', id)).toBeNull();
  });
});

test('what is not pending, and a transaction of the app, are refused with a code', async () => {
  await expect(undoLast()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await device.db.tasks.update(id, { title: 'Doors' });
  const [change] = await pending();
  const inside = device.db.transaction('rw', device.db.tasks, () => device.db.pending.undo(change?.changeId ?? ''));
  await expect(inside).rejects.toMatchObject({ code: 'IN_TRANSACTION' });
  expect(await pending()).toHaveLength(1);
});

test('undoing while the change is being sent: either it is undone, or it has arrived', async () => {
  for (let round = 0; round < 10; round += 1) {
    await device.db.tasks.update(id, { notes: `Note ${round}` });
    const [change] = await pending();
    const before = server.record('task', id)?.['notes'];
    const [undone] = await Promise.allSettled([device.db.pending.undo(change?.changeId ?? ''), device.sync()]);
    await device.sync();
    const expected = undone.status === 'fulfilled' ? before : `Note ${round}`;
    expect(server.record('task', id)).toMatchObject({ notes: expected });
    expect(await device.db.tasks.get(id)).toMatchObject({ notes: expected });
  }
});
