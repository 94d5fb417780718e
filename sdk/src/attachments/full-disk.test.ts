import { expect, test } from 'vitest';
import { openDevice, recordId } from '../testing/open-device.ts';
import { json, pullAnswer, ScriptedServer, version } from '../testing/scripted-server.ts';
import { failWhenFull, watchedIndexedDB } from '../testing/storage-faults.ts';

test('a file that there is no room for is shown all the same, and the status says that the disk is full', async () => {
  const disk = { isFull: false };
  const server = new ScriptedServer();
  let fetched = 0;
  const { db } = await openDevice({
    server,
    indexedDB: watchedIndexedDB((transaction) => failWhenFull(transaction, () => disk.isFull)),
    fetch: async (input, init) => {
      const { pathname } = new URL(input instanceof Request ? input.url : input);
      if (pathname === '/object') {
        fetched += 1;
        return new Response('picture');
      }
      if (pathname.includes('/attachments/')) return json({ downloadUrl: 'http://store.test/object' });
      return server.fetch(input, init);
    },
  });
  const id = recordId(7);
  const owner = { ownerType: 'task', ownerId: recordId(1) };
  const facts = { mimeType: 'image/png', size: 7, sha256: null, status: 'ready', fileName: null, purpose: 'general' };
  const times = { createdAt: version(10), updatedAt: version(10), deletedAt: null };
  const payload = { id, ...times, ...owner, ...facts };
  const change = { op: 'upsert', entity: 'attachment', entityId: id, updatedAt: version(10), payload };
  server.onPull(() => json(pullAnswer([change], { nextCursor: version(10) })));
  await db.sync.now();

  disk.isFull = true;
  expect(await (await db.attachments.open(id)).text()).toBe('picture');
  expect(db.sync.status.get().error).toMatchObject({ code: 'STORAGE_FULL' });
  expect((await db.sync.inspect()).status.error).toBe('STORAGE_FULL');

  disk.isFull = false;
  await db.attachments.open(id);
  expect(await (await db.attachments.open(id)).text()).toBe('picture');
  expect(fetched).toBe(2);
  expect(await db.sync.now()).toMatchObject({ error: null, status: { error: null } });
});
