import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createR2Store, keyText } from '@backhaul/server/testing';
import { parseRecordId, parseTenantId, type RecordId, type TenantId } from '@backhaul/shared';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startS3Double } from '../support/s3-double.ts';
import { createWorld, type SyncClient, type World } from '../support/sync-client.ts';
import { announcement, complete, download, hex, presign, taskOf, upload } from '../support/upload-client.ts';

/** A service with one of the two stores, which one suite holds to the same promises. */
interface Subject {
  readonly world: World;
  /** Moves the clock of who verifies addresses. */
  advance(milliseconds: number): void;
  /** Something of somebody else's, beside the store's own. */
  place(key: string): Promise<void>;
  close(): Promise<void>;
}

async function withEmbedded(): Promise<Subject> {
  let skew = 0;
  const world = await createWorld({ now: () => new Date(Date.now() + skew) });
  const advance = (milliseconds: number): void => {
    skew += milliseconds;
  };
  const folder = world.server.objectsFolder;
  const place = async (key: string): Promise<void> => {
    await mkdir(join(folder, key), { recursive: true });
  };
  return { world, advance, place, close: () => world.close() };
}

async function withR2(): Promise<Subject> {
  const keys = { bucket: 'photos', accessKeyId: 'key-id', secretAccessKey: 'secret/with+odd=letters' };
  const double = await startS3Double(keys);
  const store = await createR2Store({ ...keys, endpoint: double.endpoint });
  const world = await createWorld({ services: () => ({ objects: { store, routes: null } }) });
  const place = async (key: string): Promise<void> => double.place(key, bytes);
  return {
    world,
    place,
    advance: (time) => double.advance(time),
    close: () => world.close().then(() => double.close()),
  };
}

const bytes = Buffer.from('the bytes of a picture');

describe.each([
  ['embedded', withEmbedded],
  ['R2', withR2],
])('attachments in the %s store', (_, start) => {
  let subject: Subject;
  let office: SyncClient;
  let task: { ownerType: string; ownerId: string };
  beforeAll(async () => {
    subject = await start();
    await subject.world.server.app.listen({ host: '127.0.0.1', port: 0 });
    office = subject.world.device();
    task = await taskOf(office);
  });
  afterAll(() => subject.close());

  const read = async (attachmentId: string): Promise<{ response: Response; bytes: Buffer }> => {
    const { body } = await download(office, attachmentId);
    const response = await fetch(body.downloadUrl);
    return { response, bytes: Buffer.from(await response.arrayBuffer()) };
  };

  it.each<[string, Buffer<ArrayBuffer>]>([
    ['some bytes', bytes],
    ['no byte at all', Buffer.alloc(0)],
    ['25 MB', randomBytes(25 * 1024 * 1024)],
  ])('take %s, and give them back', async (_name, content) => {
    const request = announcement(task, content);
    const presigned = await presign(office, request);
    expect(presigned).toMatchObject({
      attachmentId: request.attachmentId,
      method: 'PUT',
      r2Key: `tenants/${office.tenantId}/attachments/${request.attachmentId}`,
      expiresInSeconds: 300,
    });
    expect(await upload(presigned, content)).toMatchObject({ status: 200 });
    expect(await complete(office, request.attachmentId)).toEqual({
      status: 200,
      body: { attachmentId: request.attachmentId, status: 'ready', linked: false },
    });
    const found = await read(request.attachmentId);
    expect(found.response.headers.get('content-type')).toBe('image/png');
    expect(hex(found.bytes)).toBe(request.sha256);
  });

  it('keep a name in any script, and show only what is safe to show', async () => {
    const name = 'Año “1” 現場 📷.png';
    const request = announcement(task, bytes, { fileName: name });
    await upload(await presign(office, request), bytes);
    await complete(office, request.attachmentId);
    const shown = (await read(request.attachmentId)).response.headers.get('content-disposition');
    expect(shown).toBe(`inline; filename="A_o _1_ __ __.png"; filename*=UTF-8''${encodeURIComponent(name)}`);
    await office.call('PATCH', '/v1/settings', { attachments: { allowedTypes: ['image/png', 'text/html'] } });
    const page = announcement(task, bytes, { mimeType: 'text/html', fileName: 'x.html' });
    await upload(await presign(office, page), bytes);
    await complete(office, page.attachmentId);
    expect((await read(page.attachmentId)).response.headers.get('content-disposition')).toMatch(/^attachment;/);
  });

  it('refuse what is not what was signed, and take the right bytes after all that', async () => {
    const request = announcement(task, bytes);
    const presigned = await presign(office, request);
    const { uploadUrl } = presigned;
    const other = announcement(task, bytes);
    const foreign = uploadUrl.replace(office.tenantId, v7());
    const refused: [string, number, Promise<{ status: number; code: string | null }>][] = [
      ['another type', 403, upload(presigned, bytes, { headers: { 'content-type': 'image/jpeg' } })],
      ['a longer body', 403, upload(presigned, Buffer.concat([bytes, bytes]))],
      ['a shorter body', 403, upload(presigned, bytes.subarray(1))],
      ['other bytes', 400, upload(presigned, Buffer.from('other bytes of a pictur'.slice(0, bytes.length)))],
      ['another checksum', 403, upload(presigned, bytes, { headers: { 'x-amz-checksum-sha256': 'AAAA' } })],
      ['replacing what may be there', 403, upload(presigned, bytes, { headers: { 'if-none-match': '"x"' } })],
      [
        'another key of the tenant',
        403,
        upload(presigned, bytes, { url: uploadUrl.replace(request.attachmentId, other.attachmentId) }),
      ],
      ["another tenant's key", 403, upload(presigned, bytes, { url: foreign })],
      ['a signature that is cut', 403, upload(presigned, bytes, { url: uploadUrl.replace(/(ignature=..)./, '$1') })],
      ['no signature', 403, upload(presigned, bytes, { url: uploadUrl.split('?')[0] as string })],
      ['a longer life', 403, upload(presigned, bytes, { url: longer(uploadUrl) })],
    ];
    for (const [name, status, sent] of refused) {
      const answer = await sent;
      expect({ name, status: answer.status }).toEqual({ name, status });
      expect(answer.code, name).not.toBeNull();
    }
    expect((await complete(office, request.attachmentId)).body.error.code).toBe('UPLOAD_MISSING');
    expect(await upload(presigned, bytes)).toMatchObject({ status: 200 });
    expect((await complete(office, request.attachmentId)).status).toBe(200);
  });

  it('take bytes once: a second upload is refused, and replaces nothing', async () => {
    const request = announcement(task, bytes);
    const presigned = await presign(office, request);
    const again = await presign(office, request);
    expect(await upload(presigned, bytes)).toMatchObject({ status: 200 });
    for (const address of [presigned, again]) expect(await upload(address, bytes)).toMatchObject({ status: 412 });
    expect((await complete(office, request.attachmentId)).status).toBe(200);
    expect((await complete(office, request.attachmentId)).body).toMatchObject({ status: 'ready' });
    const { status, body } = await office.call<{ error: { code: string } }>('POST', '/v1/attachments/presign', request);
    expect([status, body.error.code]).toEqual([409, 'ALREADY_UPLOADED']);
  });

  it('list by page and delete', async () => {
    const store = subject.world.server.services.objects?.store;
    if (!store) throw new Error('no store');
    const tenantId = parseTenantId(v7()) as TenantId;
    const ids = [v7(), v7(), v7()].map((text) => parseRecordId(text) as RecordId);
    expect(await store.list(tenantId, { after: null, limit: 10 })).toEqual({ objects: [], next: null });
    for (const attachmentId of ids) {
      const facts = { mimeType: 'image/png', size: bytes.length, sha256: null };
      const { url, headers } = await store.signUpload({ tenantId, attachmentId }, facts, 60);
      const uploadUrl = new URL(url, base(subject.world)).href;
      expect(await upload({ uploadUrl, method: 'PUT', headers }, bytes)).toMatchObject({ status: 200 });
    }
    // Names that are none of ours, of which some page holds nothing else.
    for (const name of ['!a', '!b', '!c', '~z']) await subject.place(`tenants/${tenantId}/attachments/${name}`);
    const pages: string[][] = [];
    for (let after: string | null = null; ; ) {
      const page = await store.list(tenantId, { after, limit: 2 });
      pages.push(page.objects.map(({ attachmentId }) => attachmentId));
      after = page.next;
      if (after === null) break;
    }
    expect(pages).toEqual([[], [ids[0]], [ids[1], ids[2]], []]);
    const [gone, kept] = ids as [RecordId, RecordId];
    await expect(store.delete(tenantId, [gone], AbortSignal.abort())).rejects.toThrow();
    expect(await store.head({ tenantId, attachmentId: gone })).not.toBeNull();
    const calledOff = AbortSignal.timeout(30_000);
    await store.delete(tenantId, [gone, parseRecordId(v7()) as RecordId], calledOff);
    await store.delete(tenantId, [gone], calledOff);
    expect(await store.head({ tenantId, attachmentId: gone })).toBeNull();
    expect(await store.head({ tenantId, attachmentId: kept })).toEqual({
      mimeType: 'image/png',
      size: bytes.length,
      sha256: hex(bytes),
    });
    expect(keyText({ tenantId, attachmentId: gone })).toBe(`tenants/${tenantId}/attachments/${gone}`);
  });

  it('are read by the service itself, up to a size', async () => {
    const store = subject.world.server.services.objects?.store;
    if (!store) throw new Error('no store');
    const request = announcement(task, bytes);
    await upload(await presign(office, request), bytes);
    const tenantId = parseTenantId(office.tenantId) as TenantId;
    const key = { tenantId, attachmentId: parseRecordId(request.attachmentId) as RecordId };
    expect(hex(Buffer.from((await store.read(key, bytes.length)) ?? []))).toBe(request.sha256);
    expect(await store.read(key, bytes.length - 1)).toBeNull();
    expect(await store.read({ ...key, attachmentId: parseRecordId(v7()) as RecordId }, bytes.length)).toBeNull();
    const foreign = { ...key, tenantId: parseTenantId(v7()) as TenantId };
    expect(await store.read(foreign, bytes.length)).toBeNull();
  });

  it('give addresses that end: uploads after 5 minutes, downloads after 10', async () => {
    const request = announcement(task, bytes);
    const presigned = await presign(office, request);
    await upload(presigned, bytes);
    await complete(office, request.attachmentId);
    const { body } = await download(office, request.attachmentId);
    expect(body.expiresInSeconds).toBe(600);
    const late = await presign(office, announcement(task, bytes));
    subject.advance(301_000);
    expect(await upload(late, bytes)).toMatchObject({ status: 403 });
    expect((await fetch(body.downloadUrl)).status).toBe(200);
    expect((await fetch(body.downloadUrl.replace(/(ignature=..)./, '$1'))).status).toBe(403);
    expect((await fetch(body.downloadUrl.replace('image%2Fpng', 'text%2Fhtml'))).status).toBe(403);
    subject.advance(301_000);
    expect((await fetch(body.downloadUrl)).status).toBe(403);
  });
});

/** Where its addresses lead, if they are its own. */
function base({ server }: World): string {
  const bound = server.app.server.address();
  return typeof bound === 'object' && bound !== null ? `http://127.0.0.1:${bound.port}` : '';
}

/** The address with another end of its life, by either store's parameters. */
function longer(address: string): string {
  return address
    .replace(/([?&]expires=)(\d+)/, (_, name: string, seconds: string) => `${name}${Number(seconds) + 60}`)
    .replace('X-Amz-Expires=300', 'X-Amz-Expires=360');
}
