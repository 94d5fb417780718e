import { defineDomain, defineEntity, type EntityAccess, field } from '@backhaul/shared';
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { openBackhaul } from '../open-backhaul.ts';
import { recordId, TENANT } from '../testing/open-device.ts';
import { json, judging, pullAnswer, ScriptedServer, version } from '../testing/scripted-server.ts';

const none: EntityAccess = { read: [], create: [], update: [], delete: [] };
const memberScope = { entity: 'note', userField: 'text', keys: {} };
const text = field.text();
const older = defineDomain({
  name: 'notes',
  schemaVersion: 1,
  entities: { note: defineEntity({ table: 'notes', fields: { text, more: text } }) },
  memberScope,
  roles: { manager: { note: none }, employee: { note: none } },
});
const newer = defineDomain({
  name: 'notes',
  schemaVersion: 2,
  entities: {
    note: defineEntity({ table: 'notes', fields: { text, more: text, color: field.oneOf(['red', 'blue']) } }),
    tag: defineEntity({ table: 'tags', fields: { name: text } }),
  },
  memberScope,
  roles: { manager: { note: none, tag: none }, employee: { note: none, tag: none } },
});

const id = recordId(1);
const tagId = recordId(2);

function pulled(entity: string, entityId: string, updatedAt: string, fields: object) {
  const payload = { id: entityId, updatedAt, createdAt: updatedAt, deletedAt: null, ...fields };
  return { op: 'upsert', entity, entityId, updatedAt, payload };
}

const note = (updatedAt: string, fields: object = {}) =>
  pulled('note', id, updatedAt, { text: 'a', more: null, color: 'red', ...fields });
const tag = (updatedAt: string, name: string) => pulled('tag', tagId, updatedAt, { name });

describe('two versions of the app on one local database', () => {
  let server: ScriptedServer;
  let indexedDB: IDBFactory;
  beforeEach(() => {
    server = new ScriptedServer();
    indexedDB = new IDBFactory();
    // Dexie says that it extends the database by what has been declared since.
    vi.spyOn(console, 'warn').mockReturnValue();
  });
  afterEach(() => void vi.restoreAllMocks());

  async function open<D extends typeof older | typeof newer>(domain: D) {
    const db = await openBackhaul(domain, {
      url: 'http://server.test',
      tenantId: TENANT,
      userId: 'user_ana',
      getToken: async () => 'token',
      autoSync: false,
      random: () => 0,
      fetch: server.fetch,
      indexedDB,
      IDBKeyRange,
    });
    onTestFinished(() => db.sync.close());
    return db;
  }

  /** What is stored, whoever may see it. */
  async function stored(store: string, key: string): Promise<unknown> {
    const request = indexedDB.open(`backhaul:notes:${TENANT}:user_ana`);
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      request.addEventListener('success', () => resolve(request.result));
      request.addEventListener('error', () => reject(new Error('can not be opened')));
    });
    const read = database.transaction(store).objectStore(store).get(key);
    const value = await new Promise<unknown>((resolve) => {
      read.addEventListener('success', () => resolve(read.result));
    });
    database.close();
    return value;
  }

  test('the older shows what it declares, and none of its writes costs what the newer knows', async () => {
    const modern = await open(newer);
    server.onPull(() => json({ ...pullAnswer([note(version(1))]), schemaVersion: 2 }));
    await modern.sync.now();
    const old = await open(older);
    expect(await old.notes.get(id)).toEqual({
      id,
      text: 'a',
      more: null,
      createdAt: version(1),
      updatedAt: version(1),
    });
    expect(await old.notes.toArray()).toEqual([await old.notes.get(id)]);
    const shown: object[] = [];
    await old.notes.each((row) => void shown.push(row));
    expect(shown).toEqual([await old.notes.get(id)]);

    await old.notes.update(id, { text: 'b' });
    await old.notes.put({ id, text: 'c', more: 'd' });
    await old.notes.toCollection().modify({ more: 'e' });
    expect(await modern.notes.get(id)).toMatchObject({ text: 'c', more: 'e', color: 'red' });
    server.onPush(judging(() => ({ outcome: 'applied', updatedAt: version(20) })));
    await old.sync.now();
    expect(server.pushed.map(({ payload }) => payload)).toEqual([{ text: 'c', more: 'e' }]);
    expect(await modern.notes.get(id)).toMatchObject({ updatedAt: version(20), color: 'red' });
    // What comes by a pull of the older is complete, too, under its own edits and without.
    server.onPull(async () => {
      await old.notes.update(id, { more: 'f' });
      return json({ ...pullAnswer([note(version(30), { text: 'c', more: 'e', color: 'blue' })]), schemaVersion: 2 });
    });
    await old.sync.now();
    expect(await modern.notes.get(id)).toMatchObject({ updatedAt: version(30), more: 'f', color: 'blue' });
    server.onPull(() => json({ ...pullAnswer([note(version(200), { color: 'red' })]), schemaVersion: 2 }));
    await old.sync.now();
    expect(await modern.notes.get(id)).toMatchObject({ updatedAt: version(200), color: 'red' });
  });

  test('the older one can copy a record that it has read', async () => {
    const modern = await open(newer);
    server.onPull(() => json({ ...pullAnswer([note(version(1))]), schemaVersion: 2 }));
    await modern.sync.now();
    const old = await open(older);
    const row = await old.notes.get(id);
    await old.notes.add({ ...row, id: recordId(3) });
    expect(await modern.notes.get(recordId(3))).toMatchObject({ text: 'a' });
    await expect(old.notes.update(id, { color: 'blue' } as never)).rejects.toMatchObject({ code: 'UNKNOWN_FIELD' });
  });

  test('what the newer one has not sent yet is sent by the older one, whole', async () => {
    const modern = await open(newer);
    await modern.notes.add({ id, text: 'a', color: 'blue' });
    await modern.tags.add({ id: tagId, name: 't' });
    await modern.sync.close();
    const old = await open(older);
    await old.notes.update(id, { text: 'b' });
    const pages = pullAnswer([note(version(200), { text: 'b', color: 'blue' }), tag(version(201), 't')]);
    server.onPull(() => json({ ...pages, schemaVersion: 2 }));
    await old.sync.now();
    expect(server.pushed.map(({ entity, payload }) => [entity, payload])).toEqual([
      ['note', { text: 'b', color: 'blue' }],
      ['tag', { name: 't' }],
    ]);
    expect(old.sync.status.get()).toMatchObject({ pending: 0, rejected: 0 });
    await old.sync.close();
    expect(await stored('tags', tagId)).toMatchObject({ name: 't' });
    expect(await stored('notes', id)).toMatchObject({ text: 'b', color: 'blue' });
  });

  test('what the older one has left out of a pull comes in full when the newer one pulls', async () => {
    const modern = await open(newer);
    const everything = (name: string) => () =>
      json({ ...pullAnswer([note(version(1)), tag(version(2), name)]), schemaVersion: 2 });
    server.onPull(everything('first'));
    await modern.sync.now();
    const old = await open(older);
    server.onPull(() => json({ ...pullAnswer([tag(version(3), 'second')]), schemaVersion: 2 }));
    await old.sync.now();
    expect(await modern.tags.get(tagId)).toMatchObject({ name: 'first' });
    server.onPull(() => json({ ...pullAnswer([]), schemaVersion: 2 }), everything('second'));
    await modern.sync.now();
    expect(await modern.tags.get(tagId)).toMatchObject({ name: 'second' });
    // And that is that: nothing is pulled from the beginning again.
    const before = server.pulls.length;
    await modern.sync.now();
    expect(server.pulls.slice(before)).toEqual([expect.stringContaining('since=')]);
  });

  test('going back to the older one and forth again pulls nothing anew', async () => {
    const modern = await open(newer);
    await modern.sync.now();
    await modern.sync.close();
    const old = await open(older);
    await old.sync.now();
    await old.sync.close();
    const again = await open(newer);
    await again.sync.now();
    expect(server.pulls.map((path) => path.includes('since='))).toEqual([false, true, true]);
  });

  test('a device that is revoked while the older one is open keeps nothing of the newer one either', async () => {
    const modern = await open(newer);
    server.onPull(() => json({ ...pullAnswer([note(version(1)), tag(version(2), 't')]), schemaVersion: 2 }));
    await modern.sync.now();
    await modern.sync.close();
    const old = await open(older);
    server.onPull(() => json({ error: { code: 'DEVICE_REVOKED', message: 'x' } }, 403));
    await old.sync.now();
    await old.sync.close();
    expect([await stored('notes', id), await stored('tags', tagId)]).toEqual([undefined, undefined]);
  });
});
