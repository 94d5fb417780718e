import { defineDomain, defineEntity, type EntityAccess, field } from '@backhaul/shared';
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { expect, test, vi } from 'vitest';
import { openBackhaul } from '../open-backhaul.ts';
import { recordId, TENANT } from '../testing/open-device.ts';
import { json, pullAnswer, ScriptedServer, version } from '../testing/scripted-server.ts';

const none: EntityAccess = { read: [], create: [], update: [], delete: [] };
const memberScope = { entity: 'note', userField: 'text', keys: {} };
const older = defineDomain({
  name: 'notes',
  schemaVersion: 1,
  entities: { note: defineEntity({ table: 'notes', fields: { text: field.text() } }) },
  memberScope,
  roles: { manager: { note: none }, employee: { note: none } },
});
const newer = defineDomain({
  name: 'notes',
  schemaVersion: 1,
  entities: {
    note: defineEntity({ table: 'notes', fields: { text: field.text(), color: field.oneOf(['red', 'blue']) } }),
    tag: defineEntity({ table: 'tags', fields: { name: field.text() } }),
  },
  memberScope,
  roles: { manager: { note: none, tag: none }, employee: { note: none, tag: none } },
});

test('an app that knows more fields pulls again what it had left out, and keeps its outbox', async () => {
  const server = new ScriptedServer();
  const options = {
    url: 'http://server.test',
    tenantId: TENANT,
    userId: 'user_ana',
    getToken: async () => 'token',
    autoSync: false,
    fetch: server.fetch,
    indexedDB: new IDBFactory(),
    IDBKeyRange,
  };
  const payload = { updatedAt: version(1), createdAt: version(1), deletedAt: null, text: 'a', color: 'red' };
  const note = { op: 'upsert', entity: 'note', entityId: recordId(1), updatedAt: version(1), payload };
  const tag = {
    op: 'upsert',
    entity: 'tag',
    entityId: recordId(2),
    updatedAt: version(2),
    payload: { ...payload, name: 't' },
  };
  const everything = () => json(pullAnswer([note, tag]));
  server.onPull(everything, everything);

  const before = await openBackhaul(older, options);
  await before.sync.now();
  expect(await before.notes.get(recordId(1))).not.toHaveProperty('color');
  await before.notes.update(recordId(1), { text: 'mine' });
  await before.sync.close();

  // Dexie says that it extends the database by what has been declared since.
  const warn = vi.spyOn(console, 'warn').mockReturnValue();
  const after = await openBackhaul(newer, options);
  warn.mockRestore();
  await after.sync.now();
  expect(server.pulls).toEqual(['/v1/sync/pull?limit=500&schemaVersion=1', '/v1/sync/pull?limit=500&schemaVersion=1']);
  expect(server.pushed).toMatchObject([{ payload: { text: 'mine' } }]);
  expect(await after.notes.where('color').equals('red').count()).toBe(1);
  expect(await after.tags.count()).toBe(1);
  await after.sync.close();
});
