import { type SettingsPatch } from '@backhaul/shared';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPullingClient, freshRecords, type PullingClient } from '../support/pulled-records.ts';
import { create, createNeighbour, edit, remove, type SyncClient } from '../support/sync-client.ts';
import { createTwoEmployees, EXPENSE, type TwoEmployees } from '../support/two-employees.ts';
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

let people: TwoEmployees;
let office: SyncClient;
let ana: SyncClient;
beforeAll(async () => {
  people = await createTwoEmployees();
  ({ office, ana } = people);
  await people.world.server.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => people.world.close());

async function refusal(client: SyncClient, request: object): Promise<[number, string, Record<string, unknown>]> {
  const { status, body } = await client.call<Failure>('POST', '/v1/attachments/presign', request);
  return [status, body.error?.code, body.error?.details];
}

async function recordOf(client: SyncClient, id: string): Promise<Record<string, unknown> | null> {
  const { changes } = await client.pullAll();
  return changes.find(({ entityId }) => entityId === id)?.payload ?? null;
}

const entryOf = async (values: object): Promise<{ ownerType: string; ownerId: string }> => ({
  ownerType: 'finance_entry',
  ownerId: (await people.made('finance_entry', { ...EXPENSE, ...values })).id,
});

const versionOf = async (client: SyncClient, id: string): Promise<string> =>
  (await recordOf(client, id))?.updatedAt as string;

describe('announcing a file', () => {
  it('makes a pending record, which others see before its bytes are there', async () => {
    const task = await taskOf(office, { assignedEmployeeId: people.anaId });
    const request = announcement(task, bytes, { purpose: 'checkIn', fileName: 'IMG_0001.png' });
    await presign(ana, request);
    const { attachmentId, ...facts } = request;
    const seen = await recordOf(office, attachmentId);
    expect(seen).toMatchObject({ id: attachmentId, ...facts, status: 'pending' });
    expect((await download(office, attachmentId)).body.error.code).toBe('UPLOAD_MISSING');
  });

  it('again, is the same attachment; with other content or another owner it is refused', async () => {
    const task = await taskOf(office);
    const request = announcement(task, bytes);
    await presign(office, request);
    const { updatedAt } = (await recordOf(office, request.attachmentId)) as { updatedAt: string };
    await presign(office, request);
    expect((await recordOf(office, request.attachmentId))?.updatedAt).toBe(updatedAt);
    for (const other of [{ size: 3 }, { mimeType: 'image/jpeg' }, { sha256: 'a'.repeat(64) }, await taskOf(office)]) {
      expect((await refusal(office, { ...request, ...other })).slice(0, 2)).toEqual([409, 'ALREADY_EXISTS']);
    }
  });

  it('works without an id and a checksum, for plain clients', async () => {
    const { attachmentId: _, sha256: __, ...request } = announcement(await taskOf(office), bytes);
    const presigned = await presign(office, request);
    expect(presigned.headers).toEqual({ 'content-type': 'image/png', 'if-none-match': '*' });
    expect(await upload(presigned, bytes)).toMatchObject({ status: 200 });
    expect((await complete(office, presigned.attachmentId)).status).toBe(200);
  });

  it('answers the limits of the business where it refuses, and tells them to every member', async () => {
    const attachments = { maxBytes: 1000, allowedTypes: ['image/png'] };
    const change: SettingsPatch = { attachments };
    await office.call('PATCH', '/v1/settings', change);
    const task = await taskOf(office, { assignedEmployeeId: people.anaId });
    expect(await refusal(ana, announcement(task, bytes, { size: 1001 }))).toEqual([
      413,
      'ATTACHMENT_TOO_LARGE',
      attachments,
    ]);
    expect(await refusal(ana, announcement(task, bytes, { mimeType: 'image/gif' }))).toEqual([
      422,
      'TYPE_NOT_ALLOWED',
      attachments,
    ]);
    expect((await ana.call('GET', '/v1/attachments/limits')).body).toEqual(attachments);
    await office.call('PATCH', '/v1/settings', { attachments: null });
  });

  it.each<[string, object, number, string]>([
    ['a purpose that there is not', { purpose: 'selfie' }, 422, 'INVALID_FIELD'],
    ['an owner of another kind', { ownerType: 'client' }, 422, 'INVALID_FIELD'],
    ['an owner that there is not', { ownerId: v7() }, 404, 'NOT_FOUND'],
    ['a negative size', { size: -1 }, 400, 'INVALID_REQUEST'],
    ['a checksum that is none', { sha256: 'x' }, 400, 'INVALID_REQUEST'],
    ['a type that is none', { mimeType: 'image/png; x' }, 400, 'INVALID_REQUEST'],
    ['an address to fetch', { url: 'http://127.0.0.1/x' }, 400, 'INVALID_REQUEST'],
    ['a control character in the name', { fileName: 'a\u0000b' }, 400, 'INVALID_REQUEST'],
  ])('refuses %s', async (_, change, status, code) => {
    const request = { ...announcement(await taskOf(office), bytes), ...change };
    expect((await refusal(office, request)).slice(0, 2)).toEqual([status, code]);
  });
});

describe('who may add files', () => {
  it('I6 an employee to tasks in their scope and to own out-of-pocket expenses, paid back or not', async () => {
    const { anaId, beaId } = people;
    const allowed = [
      await taskOf(office, { assignedEmployeeId: anaId }),
      await taskOf(office, { teamId: people.north }),
      await entryOf({ employeeId: anaId }),
      await entryOf({ employeeId: anaId, status: 'paid' }),
    ];
    for (const owner of allowed) await presign(ana, announcement(owner, bytes));
    const hidden = [
      await taskOf(office, { assignedEmployeeId: beaId }),
      await entryOf({ employeeId: beaId }),
      await entryOf({ employeeId: anaId, kind: 'general' }),
    ];
    for (const owner of hidden) {
      expect((await refusal(ana, announcement(owner, bytes))).slice(0, 2)).toEqual([404, 'NOT_FOUND']);
      await presign(office, announcement(owner, bytes));
    }
    const payroll = await entryOf({ employeeId: anaId, kind: 'payrollEmployee' });
    expect((await refusal(ana, announcement(payroll, bytes))).slice(0, 2)).toEqual([403, 'FORBIDDEN']);
  });

  it('I6 nobody of another business, whatever ids they know', async () => {
    const task = await taskOf(office);
    const request = announcement(task, bytes);
    const presigned = await presign(office, request);
    const olga = await createNeighbour(people.world);
    expect((await refusal(olga, request))[0]).toBe(404);
    expect((await complete(olga, request.attachmentId)).status).toBe(404);
    await upload(presigned, bytes);
    await complete(office, request.attachmentId);
    expect((await download(olga, request.attachmentId)).status).toBe(404);
    const own = announcement(await taskOf(olga), bytes, { attachmentId: request.attachmentId });
    expect((await presign(olga, own)).r2Key).toContain(olga.tenantId);
  });

  it('I11 nobody by pushing: records of files come from announcements alone', async () => {
    const task = await taskOf(office);
    const id = v7();
    const record = { ...task, mimeType: 'image/png', size: 1, status: 'ready' };
    const { rejected } = await office.push([create('attachment', id, record)]);
    expect(rejected.map(({ code }) => code)).toEqual(['FORBIDDEN']);
    const attached = await attach(office, task);
    const version = await versionOf(office, attached);
    const pushed = await office.push([
      edit('attachment', attached, version, { size: 5 }),
      remove('attachment', attached, version),
    ]);
    expect(pushed.rejected.map(({ code }) => code)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
  });
});

describe('completing', () => {
  it('a completed attachment always has its object: nothing uploaded, nothing completed', async () => {
    const request = announcement(await taskOf(office), bytes);
    await presign(office, request);
    expect((await complete(office, request.attachmentId)).body.error.code).toBe('UPLOAD_MISSING');
    expect((await complete(office, v7())).status).toBe(404);
  });

  it('an object that is not what was announced is UPLOAD_MISMATCH, with both in the details', async () => {
    const { services } = people.world.server;
    const request = announcement(await taskOf(office), bytes);
    await presign(office, request);
    const store = services.objects?.store;
    if (!store) throw new Error('no store');
    // Somebody with the keys of the store put something else there.
    const key = { tenantId: office.tenantId, attachmentId: request.attachmentId } as Parameters<typeof store.head>[0];
    const other = { mimeType: 'image/png', size: 5, sha256: null };
    const { url, headers } = await store.signUpload(key, other, 60);
    const bound = people.world.server.app.server.address() as { port: number };
    await upload({ uploadUrl: `http://127.0.0.1:${bound.port}${url}`, method: 'PUT', headers }, Buffer.from('other'));
    const { status, body } = await complete(office, request.attachmentId);
    expect([status, body.error.code]).toEqual([409, 'UPLOAD_MISMATCH']);
    expect(body.error.details).toMatchObject({ expected: { size: bytes.length }, found: { size: 5 } });
    expect(await recordOf(office, request.attachmentId)).toMatchObject({ status: 'pending' });
  });

  it('I11 is a change like any other: stamped, audited under the name of who did it, and pulled', async () => {
    const task = await taskOf(office, { assignedEmployeeId: people.anaId });
    const { cursor } = await office.pullAll();
    const id = await attach(ana, task);
    const { changes } = await office.pullAll(cursor);
    expect(changes.map(({ entityId, payload }) => [entityId, payload?.status])).toEqual([[id, 'ready']]);
    const { body } = await office.call<{
      audit: { action: string; actor: { userId: string } | null; summary: string }[];
    }>('GET', `/v1/audit?entityId=${id}`);
    expect(body.audit.map(({ action }) => action)).toEqual(['create', 'update']);
    expect(JSON.stringify(body.audit)).toContain(ana.userId);
  });

  it('names the first receipt in its entry, and leaves what is named', async () => {
    const entry = await entryOf({ employeeId: people.anaId });
    const first = await attach(ana, entry, { purpose: 'receipt' });
    expect((await recordOf(office, entry.ownerId))?.receiptAttachmentId).toBe(first);
    const second = announcement(entry, bytes);
    await upload(await presign(ana, second), bytes);
    expect((await complete(ana, second.attachmentId)).body).toMatchObject({ status: 'ready', linked: false });
    expect((await complete(ana, first)).body).toMatchObject({ status: 'ready', linked: true });
    expect((await recordOf(office, entry.ownerId))?.receiptAttachmentId).toBe(first);
    const announced = v7();
    const chosen = await entryOf({ employeeId: people.anaId, receiptAttachmentId: announced });
    await attach(ana, chosen);
    expect((await recordOf(office, chosen.ownerId))?.receiptAttachmentId).toBe(announced);
  });

  it('twice and at once is once', async () => {
    const entry = await entryOf({ employeeId: people.anaId });
    const request = announcement(entry, bytes);
    await upload(await presign(ana, request), bytes);
    const answers = await Promise.all([1, 2, 3, 4].map(() => complete(ana, request.attachmentId)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const { body } = await office.call<{ audit: unknown[] }>('GET', `/v1/audit?entityId=${request.attachmentId}`);
    expect(body.audit).toHaveLength(2);
  });
});

describe('attachments go where their record goes', () => {
  let device: PullingClient;
  beforeAll(async () => {
    device = createPullingClient(ana);
    await device.pull();
  });

  /** What the device is told now; it holds what a new one would be shown. */
  async function told(): Promise<string[]> {
    const known = device.received.length;
    await device.pull();
    expect([...device.records].toSorted()).toEqual([...(await freshRecords(ana))].toSorted());
    return device.received
      .slice(known)
      .filter(({ entity }) => entity === 'attachment')
      .map(({ op, reason, entityId }) => `${reason ?? op} ${entityId}`);
  }

  it('I6 leave with the task that is given away, and come with one that is given', async () => {
    const task = await taskOf(office, { assignedEmployeeId: people.anaId });
    const [one, two] = [await attach(ana, task), await attach(office, task)];
    expect((await told()).toSorted()).toEqual([`upsert ${one}`, `upsert ${two}`].toSorted());
    const give = async (assignedEmployeeId: string): Promise<void> => {
      const { rejected } = await office.push([
        edit('task', task.ownerId, await versionOf(office, task.ownerId), { assignedEmployeeId }),
      ]);
      expect(rejected).toEqual([]);
    };
    await give(people.beaId);
    expect((await told()).toSorted()).toEqual([`scope ${one}`, `scope ${two}`].toSorted());
    expect((await download(ana, one)).status).toBe(404);
    await give(people.anaId);
    expect((await told()).toSorted()).toEqual([`upsert ${one}`, `upsert ${two}`].toSorted());
    expect((await download(ana, one)).status).toBe(200);
  });

  it('I6 stay with whom another key shows the task', async () => {
    const task = await taskOf(office, { assignedEmployeeId: people.anaId, teamId: people.north });
    const id = await attach(ana, task);
    await told();
    await office.push([
      edit('task', task.ownerId, await versionOf(office, task.ownerId), { assignedEmployeeId: null }),
    ]);
    expect(await told()).toEqual([]);
    await office.push([edit('task', task.ownerId, await versionOf(office, task.ownerId), { teamId: people.south })]);
    expect(await told()).toEqual([`scope ${id}`]);
  });

  it('I6 leave with an entry that becomes one which the employee does not see', async () => {
    const entry = await entryOf({ employeeId: people.anaId });
    const id = await attach(ana, entry);
    await told();
    await office.push([
      edit('finance_entry', entry.ownerId, await versionOf(office, entry.ownerId), { kind: 'general' }),
    ]);
    expect(await told()).toEqual([`scope ${id}`]);
  });

  it('are deleted with it and come back with it, audited, and their bytes stay meanwhile', async () => {
    const task = await taskOf(office, { assignedEmployeeId: people.anaId });
    const id = await attach(ana, task);
    await told();
    await office.push([remove('task', task.ownerId, await versionOf(office, task.ownerId))]);
    expect(await told()).toEqual([`delete ${id}`]);
    expect((await download(office, id)).body.error.code).toBe('RECORD_GONE');
    expect((await refusal(office, announcement(task, bytes))).slice(0, 2)).toEqual([409, 'RECORD_GONE']);
    await office.push([
      create('task', task.ownerId, {
        title: 'Back',
        date: '2026-11-22',
        status: 'scheduled',
        assignedEmployeeId: people.anaId,
      }),
    ]);
    expect(await told()).toEqual([`upsert ${id}`]);
    const { body } = await download(ana, id);
    expect(await (await fetch(body.downloadUrl)).text()).toBe('a picture');
    const { body: log } = await office.call<{ audit: { action: string }[] }>('GET', `/v1/audit?entityId=${id}`);
    expect(log.audit.map(({ action }) => action)).toEqual(['create', 'update', 'delete', 'restore']);
  });

  it('an upload whose record is deleted meanwhile is RECORD_GONE, and goes on when the record is back', async () => {
    const task = await taskOf(office);
    const request = announcement(task, bytes);
    await upload(await presign(office, request), bytes);
    await office.push([remove('task', task.ownerId, await versionOf(office, task.ownerId))]);
    expect((await complete(office, request.attachmentId)).body.error.code).toBe('RECORD_GONE');
    await office.push([create('task', task.ownerId, { title: 'Back', date: '2026-11-22', status: 'scheduled' })]);
    expect((await complete(office, request.attachmentId)).status).toBe(200);
  });
});

describe('deleting one file', () => {
  const erase = (client: SyncClient, id: string) =>
    client.call<{ attachmentId: string } & Failure>('DELETE', `/v1/attachments/${id}`);
  const anasTask = () => taskOf(office, { assignedEmployeeId: people.anaId });

  it('is a deletion for every device, and for its bytes once it is purged; again, it answers the same', async () => {
    const task = await anasTask();
    const [gone, kept] = [await attach(ana, task), await attach(ana, task)];
    const { cursor } = await ana.pullAll();
    const other = await versionOf(office, kept);
    expect(await erase(office, gone)).toEqual({ status: 200, body: { attachmentId: gone } });
    expect((await ana.pullAll(cursor)).changes).toMatchObject([{ op: 'delete', entity: 'attachment', entityId: gone }]);
    expect((await download(ana, gone)).body.error.code).toBe('RECORD_GONE');
    const state = (await office.pullAll()).cursor;
    expect((await erase(office, gone)).status).toBe(200);
    expect((await office.pullAll(state)).changes).toEqual([]);
    expect(await versionOf(office, kept)).toBe(other);
    const { body } = await office.call<{ audit: { action: string; actor: { name: string } }[] }>(
      'GET',
      `/v1/audit?entityId=${gone}&order=desc&limit=1`,
    );
    expect(body.audit).toMatchObject([{ action: 'delete', actor: { name: 'Marta' } }]);
    // Its task comes and goes without it.
    await office.push([remove('task', task.ownerId, await versionOf(office, task.ownerId))]);
    const revival = edit('task', task.ownerId, cursor, { notes: 'still there' });
    await ana.push([revival]);
    expect(await recordOf(office, kept)).not.toBeNull();
    expect(await recordOf(office, gone)).toBeNull();
  });

  it('is for managers and for who announced it', async () => {
    const task = await anasTask();
    const [offices, anas] = [await attach(office, task), await attach(ana, task)];
    expect((await erase(ana, offices)).body.error.code).toBe('FORBIDDEN');
    const { member } = await people.world.employee('zoe@example.com');
    expect((await erase(people.world.device(member), anas)).body.error.code).toBe('NOT_FOUND');
    expect((await erase(ana, anas)).status).toBe(200);
    expect((await erase(ana, v7())).body.error.code).toBe('NOT_FOUND');
    expect((await (await createNeighbour(people.world)).call('DELETE', `/v1/attachments/${offices}`)).status).toBe(404);
    expect(await recordOf(office, offices)).not.toBeNull();
  });

  it('takes its name out of its owner, so that the next receipt is the receipt', async () => {
    const entry = await entryOf({ employeeId: people.anaId });
    const receipt = await attach(ana, entry, { purpose: 'receipt' });
    const second = await attach(ana, entry, { purpose: 'receipt' });
    expect(await recordOf(office, entry.ownerId)).toMatchObject({ receiptAttachmentId: receipt });
    expect((await erase(ana, second)).status).toBe(200);
    expect(await recordOf(office, entry.ownerId)).toMatchObject({ receiptAttachmentId: receipt });
    expect((await erase(ana, receipt)).status).toBe(200);
    expect(await recordOf(office, entry.ownerId)).toMatchObject({ receiptAttachmentId: null });
    const third = await attach(ana, entry, { purpose: 'receipt' });
    expect(await recordOf(office, entry.ownerId)).toMatchObject({ receiptAttachmentId: third });
  });
});
