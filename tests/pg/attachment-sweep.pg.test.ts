import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beginObjectSweep, endObjectSweep, withTenant } from '@backhaul/db';
import { attachmentsOf, type ObjectStore, sweepAttachmentsTask, sweepObjects } from '@backhaul/server/testing';
import { parseRecordId, parseTenantId, type RecordId, type TenantId } from '@backhaul/shared';
import { v7 } from 'uuid';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { daysPass, purge } from '../support/horizon.ts';
import { createWorld, remove, type SyncClient, type World } from '../support/sync-client.ts';
import {
  announcement,
  attach,
  complete,
  download,
  type Failure,
  presign,
  taskOf,
  upload,
} from '../support/upload-client.ts';

const bytes = Buffer.from('the bytes of a picture');
const DAY = 86_400_000;

let passed = 0;
let world: World;
let office: SyncClient;
let tenantId: TenantId;
beforeEach(async () => {
  passed = 0;
  world = await createWorld({ now: () => new Date(Date.now() + passed) });
  await world.server.app.listen({ host: '127.0.0.1', port: 0 });
  office = world.device();
  tenantId = parseTenantId(world.tenantId) as TenantId;
});
afterEach(() => world.close());

async function sweep(now = world.server.services.now): Promise<unknown> {
  const { services } = world.server;
  const { owner } = services.jobs ?? {};
  if (!owner) throw new Error('no owner');
  const queue = { add: () => Promise.reject(new Error('One page was enough')) };
  return sweepAttachmentsTask.run({ tenantId }, { ...services, owner, queue, now });
}

async function objects(): Promise<string[]> {
  const listed = await world.server.services.objects?.store.list(tenantId, { after: null, limit: 100 });
  return (listed?.objects ?? []).map(({ attachmentId }) => attachmentId);
}

async function statusOf(id: string): Promise<string | null> {
  const { changes } = await office.pullAll();
  return (changes.find(({ entityId }) => entityId === id)?.payload?.status as string | undefined) ?? null;
}

it('gives up what nobody completed in a week, record and bytes, and keeps everything else', async () => {
  const task = await taskOf(office);
  const ready = await attach(office, task);
  const [uploaded, announced] = [announcement(task, bytes), announcement(task, bytes)];
  await upload(await presign(office, uploaded), bytes);
  await presign(office, announced);
  expect(await sweep()).toEqual({ tenantId, expired: 0, swept: 0 });
  passed = 6 * DAY;
  expect(await sweep()).toEqual({ tenantId, expired: 0, swept: 0 });
  passed = 8 * DAY;
  expect(await sweep()).toEqual({ tenantId, expired: 2, swept: 1 });
  expect(await objects()).toEqual([ready]);
  expect(await Promise.all([ready, uploaded.attachmentId, announced.attachmentId].map(statusOf))).toEqual([
    'ready',
    null,
    null,
  ]);
  expect(await sweep()).toEqual({ tenantId, expired: 0, swept: 0 });
});

it('loses nothing of a device that comes back later: it announces and uploads again', async () => {
  const request = announcement(await taskOf(office), bytes);
  await upload(await presign(office, request), bytes);
  passed = 8 * DAY;
  await sweep();
  expect((await complete(office, request.attachmentId)).body.error.code).toBe('RECORD_GONE');
  expect(await upload(await presign(office, request), bytes)).toMatchObject({ status: 200 });
  expect((await complete(office, request.attachmentId)).status).toBe(200);
  expect(await statusOf(request.attachmentId)).toBe('ready');
});

it('deletes the bytes of a deleted attachment when it is purged, not before', async () => {
  const task = await taskOf(office);
  const id = await attach(office, task);
  const { changes } = await office.pullAll();
  const version = changes.find(({ entityId }) => entityId === task.ownerId)?.updatedAt as string;
  await office.push([remove('task', task.ownerId, version)]);
  passed = 80 * DAY;
  expect(await sweep()).toMatchObject({ swept: 0 });
  await daysPass(world, 91);
  await purge(world);
  expect(await sweep()).toMatchObject({ swept: 1 });
  expect(await objects()).toEqual([]);
  expect((await download(office, id)).status).toBe(404);
  const again = await office.call<Failure>(
    'POST',
    '/v1/attachments/presign',
    announcement(await taskOf(office), bytes, { attachmentId: id }),
  );
  expect([again.status, again.body.error.code]).toEqual([409, 'RECORD_GONE']);
});

/** An object without a record. */
async function unnamed(): Promise<void> {
  const { store } = world.server.services.objects ?? {};
  if (!store) throw new Error('no store');
  const attachmentId = parseRecordId(v7()) as RecordId;
  const facts = { mimeType: 'image/png', size: bytes.length, sha256: null };
  const { url, headers } = await store.signUpload({ tenantId, attachmentId }, facts, 60);
  const { port } = world.server.app.server.address() as { port: number };
  await upload({ uploadUrl: `http://127.0.0.1:${port}${url}`, method: 'PUT', headers }, bytes);
}

it('deletes objects that no record names, once they are old enough for it to be sure', async () => {
  await unnamed();
  expect(await sweep()).toMatchObject({ swept: 0 });
  passed = 2 * DAY;
  expect(await sweep()).toMatchObject({ swept: 1 });
  expect(await objects()).toEqual([]);
});

it('goes on after pages of names that are none of ours', async () => {
  await unnamed();
  for (const name of ['!a', '!b', '!c', '!d']) {
    await mkdir(join(world.server.objectsFolder, 'tenants', tenantId, 'attachments', name), { recursive: true });
  }
  passed = 2 * DAY;
  const { objects: real, jobs, domain, now } = world.server.services;
  if (!real || !jobs) throw new Error('no store');
  const tools = { owner: jobs.owner, store: real.store, attachments: attachmentsOf(domain), now };
  const swept: number[] = [];
  for (let after: string | null = null; ; ) {
    const part = await sweepObjects(tools, { tenantId, after, limit: 2 });
    swept.push(part.swept);
    after = part.next;
    if (after === null) break;
  }
  expect(swept).toEqual([0, 0, 1]);
  expect(await objects()).toEqual([]);
});

it('deletes nothing once it has stood still for so long that the names may be in use again', async () => {
  const request = announcement(await taskOf(office), bytes);
  await upload(await presign(office, request), bytes);
  passed = 8 * DAY;
  const standsStill = () => {
    passed += 61_000;
    return new Date(Date.now() + passed);
  };
  expect(await sweep(standsStill)).toMatchObject({ swept: 0 });
  expect(await objects()).toEqual([request.attachmentId]);
  expect(await sweep()).toMatchObject({ swept: 1 });
});

it('calls a deletion off that takes longer than the names are held back, and gives them free', async () => {
  const request = announcement(await taskOf(office), bytes);
  await upload(await presign(office, request), bytes);
  passed = 8 * DAY;
  const { services } = world.server;
  const { objects: real, jobs } = services;
  if (!real || !jobs) throw new Error('no store');
  const hanging: ObjectStore = {
    ...real.store,
    delete: (_tenantId, _ids, calledOff) =>
      new Promise((_resolve, reject) => {
        calledOff.addEventListener('abort', () => reject(calledOff.reason as Error));
      }),
  };
  // The transaction before has taken nearly all of the time.
  const slow = () => {
    const time = new Date(Date.now() + passed);
    passed += 59_980;
    return time;
  };
  const tools = { owner: jobs.owner, store: hanging, attachments: attachmentsOf(services.domain), now: slow };
  const page = { tenantId, after: null, limit: 10 };
  expect(await sweepObjects(tools, page)).toEqual({ swept: 0, next: null });
  expect(await objects()).toEqual([request.attachmentId]);
  passed += 120_000;
  expect(await sweep()).toMatchObject({ swept: 1 });
});

it('may run several times at once', async () => {
  const task = await taskOf(office);
  const requests = Array.from({ length: 5 }, () => announcement(task, bytes));
  for (const request of requests) await upload(await presign(office, request), bytes);
  const kept = await attach(office, task);
  passed = 8 * DAY;
  await Promise.all([sweep(), sweep(), sweep()]);
  expect(await objects()).toEqual([kept]);
  expect(await sweep()).toEqual({ tenantId, expired: 0, swept: 0 });
});

it('holds up whoever would use an object that is being deleted, and for no longer than that', async () => {
  const { jobs } = world.server.services;
  if (!jobs) throw new Error('no owner');
  const request = announcement(await taskOf(office), bytes);
  const id = parseRecordId(request.attachmentId) as RecordId;
  const until = new Date(Date.now() + 60_000).toISOString();
  await withTenant(jobs.owner, tenantId, (tx) => beginObjectSweep(tx, [id], until));
  const refused = await office.call<Failure>('POST', '/v1/attachments/presign', request);
  expect([refused.status, refused.body.error.code]).toEqual([503, 'UNAVAILABLE']);
  await withTenant(jobs.owner, tenantId, (tx) => endObjectSweep(tx, [id]));
  await upload(await presign(office, request), bytes);
  await withTenant(jobs.owner, tenantId, (tx) => beginObjectSweep(tx, [id], until));
  expect((await complete(office, request.attachmentId)).body.error.code).toBe('UNAVAILABLE');
  // A sweep that was killed is over by itself.
  passed = 61_000;
  expect((await complete(office, request.attachmentId)).status).toBe(200);
});
