import { createApp } from '@backhaul/server';
import type { MessagePreview } from '@backhaul/shared';
import { v7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Failure } from '../support/billing.ts';
import { createMessageWorld, INVOICE, type MessageWorld } from '../support/invoices.ts';
import { announcement, attach, presign, taskOf } from '../support/upload-client.ts';

const now = new Date();
const DAY = 86_400_000;
/** Of the service. */
let moment = now;
let service: MessageWorld;
let m: MessageWorld;
let origin: string;
beforeAll(async () => {
  service = await createMessageWorld({ now: () => moment });
  origin = await service.world.server.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => service.close());
beforeEach(async () => {
  moment = now;
  m = await service.another();
});

const ofInvoice = (ownerId: string) => ({ ownerType: 'finance_entry', ownerId });
const attached = async () =>
  (await m.mails()).map(({ channel, attachments }) => [channel, attachments.map(({ fileName }) => fileName)]);
/** As this service is reached: it listens on any free port. */
const linkIn = (text = ''): string => `${origin}${/\/i\/[\w-]{43}/.exec(text)?.[0]}`;

describe('a file that goes along', () => {
  it('is in the email, and behind the link of every message', async () => {
    const id = await m.invoice();
    const attachmentId = await attach(m.office, ofInvoice(id), { fileName: 'Küche & "Flur".png' });
    const { status } = await m.send(id, { channels: ['sms', 'email', 'whatsapp'], attachmentId, includePdf: true });
    expect(status).toBe(202);
    await m.work();
    expect(await attached()).toEqual([
      ['whatsapp', []],
      ['email', ['Invoice INV-0001.pdf', 'Küche & "Flur".png']],
      ['sms', []],
    ]);
    expect((await m.notifications()).map((one) => one.attachmentId)).toEqual([
      attachmentId,
      attachmentId,
      attachmentId,
    ]);
    for (const { text } of await m.mails()) {
      const page = await fetch(linkIn(text));
      expect(await page.text()).toContain('File: Küche &amp; &quot;Flur&quot;.png (0 kB)');
      const file = await fetch(`${linkIn(text)}/file`, { redirect: 'manual' });
      expect([file.status, file.headers.get('cache-control')]).toEqual([302, 'no-store']);
      const bytes = await fetch(`${linkIn(text)}/file`);
      expect([await bytes.text(), bytes.headers.get('content-type')]).toEqual(['a picture', 'image/png']);
    }
    const email = (await m.mails()).find(({ channel }) => channel === 'email');
    expect(email?.html).toContain(`${new URL(linkIn(email?.text)).pathname}/file`);
    expect(email?.text).toContain('File: Küche & "Flur".png (0 kB): http');
  });

  it('above 5 MB is behind the link alone', async () => {
    const id = await m.invoice();
    const bytes = Buffer.alloc(5_000_001, 7);
    const request = announcement(ofInvoice(id), bytes);
    const { uploadUrl, headers } = await presign(m.office, request);
    await fetch(uploadUrl, { method: 'PUT', headers, body: bytes });
    const { attachmentId } = request;
    await m.office.call('POST', '/v1/attachments/complete', { attachmentId });
    await m.send(id, { channels: ['email'], attachmentId });
    await m.work();
    expect(await attached()).toEqual([['email', []]]);
    const [email] = await m.mails();
    expect(email?.text).toContain('File (5 MB): http');
    const file = await fetch(`${linkIn(email?.text)}/file`);
    expect((await file.arrayBuffer()).byteLength).toBe(5_000_001);
  });

  it('may be of a task that the invoice charges', async () => {
    const task = await taskOf(m.office);
    const [line] = INVOICE.lineItems;
    const id = await m.invoice({ lineItems: [{ ...line, taskId: task.ownerId }] });
    const attachmentId = await attach(m.office, task, { purpose: 'checkOut' });
    expect((await m.send(id, { channels: ['email'], attachmentId })).status).toBe(202);
    await m.work();
    expect(await attached()).toEqual([['email', ['file.png']]]);
  });

  it('that can not go is refused with its code, and nothing is sent', async () => {
    const id = await m.invoice();
    const other = await attach(m.office, ofInvoice(await m.invoice()));
    const pending = announcement(ofInvoice(id), Buffer.from('later')).attachmentId;
    await presign(m.office, { ...announcement(ofInvoice(id), Buffer.from('later')), attachmentId: pending });
    const gone = await attach(m.office, ofInvoice(id));
    await m.office.call('DELETE', `/v1/attachments/${gone}`);
    const neighbour = await service.another();
    const foreign = await attach(neighbour.office, ofInvoice(await neighbour.invoice()));
    const refusals = [
      [v7(), 404, 'NOT_FOUND'],
      [foreign, 404, 'NOT_FOUND'],
      [other, 422, 'NOT_SENDABLE'],
      [pending, 409, 'UPLOAD_MISSING'],
      [gone, 409, 'RECORD_GONE'],
    ] as const;
    for (const [attachmentId, status, code] of refusals) {
      const sent = await m.send(id, { attachmentId });
      expect([sent.status, sent.body.error.code, sent.body.error.details]).toEqual([status, code, { attachmentId }]);
      const preview = { channels: ['sms'], attachmentId };
      const shown = await m.office.call<Failure>('POST', `/v1/invoices/${id}/preview`, preview);
      expect([shown.status, shown.body.error.code]).toEqual([status, code]);
    }
    expect((await m.send(id, { attachmentId: 'photo' })).body.error.code).toBe('INVALID_REQUEST');
    expect(await m.notifications()).toEqual([]);
  });

  it('that is deleted before the message leaves holds it back, and afterwards opens no more', async () => {
    const id = await m.invoice();
    const [first, second] = [await attach(m.office, ofInvoice(id)), await attach(m.office, ofInvoice(id))];
    await m.send(id, { attachmentId: first });
    await m.office.call('DELETE', `/v1/attachments/${first}`);
    await m.work();
    expect(await m.notifications()).toMatchObject([{ status: 'failed', code: 'RECORD_GONE', actions: ['resend'] }]);
    const [failed] = await m.notifications();
    const resent = await m.office.call<Failure>('POST', `/v1/notifications/${failed?.id}/resend`);
    expect([resent.status, resent.body.error.code]).toEqual([409, 'RECORD_GONE']);
    await m.send(id, { attachmentId: second });
    await m.work();
    const [sms] = await m.mails();
    expect((await fetch(`${linkIn(sms?.text)}/file`)).status).toBe(200);
    await m.office.call('DELETE', `/v1/attachments/${second}`);
    const dead = await fetch(`${linkIn(sms?.text)}/file`);
    expect([dead.status, await dead.text()]).toEqual([404, expect.stringContaining('This link opens nothing')]);
    expect((await fetch(linkIn(sms?.text))).status).toBe(200);
  });

  it('is a page that says so while the service can reach no files', async () => {
    const id = await m.invoice();
    await m.send(id, { attachmentId: await attach(m.office, ofInvoice(id)) });
    await m.work();
    const [sms] = await m.mails();
    const without = await createApp({ ...m.world.server.services, objects: null });
    try {
      const { statusCode, headers, body } = await without.inject({
        url: `${new URL(linkIn(sms?.text)).pathname}/file`,
      });
      expect([statusCode, headers['content-type'], headers['cache-control']]).toEqual([
        503,
        'text/html; charset=utf-8',
        'no-store',
      ]);
      expect(body).toContain('This file can not be opened now');
    } finally {
      await without.close();
    }
  });

  it('opens for as long as the letter does, and to nobody without its link', async () => {
    const id = await m.invoice();
    await m.send(id, { attachmentId: await attach(m.office, ofInvoice(id)) });
    await m.work();
    const [sms] = await m.mails();
    const link = linkIn(sms?.text);
    moment = new Date(now.getTime() + 399 * DAY);
    expect((await fetch(`${link}/file`, { redirect: 'manual' })).status).toBe(302);
    moment = new Date(now.getTime() + 401 * DAY);
    expect((await fetch(`${link}/file`, { redirect: 'manual' })).status).toBe(404);
    expect((await fetch(link)).status).toBe(404);
    moment = now;
    const plain = await m.invoice();
    await m.send(plain);
    await m.work();
    const [without] = await m.mails();
    expect((await fetch(`${linkIn(without?.text)}/file`)).status).toBe(404);
    expect((await fetch(`${link.slice(0, -1)}${link.endsWith('A') ? 'B' : 'A'}/file`)).status).toBe(404);
  });

  it('is shown by the preview', async () => {
    const id = await m.invoice();
    const attachmentId = await attach(m.office, ofInvoice(id), { fileName: 'plan.pdf' });
    const { body } = await m.office.call<{ previews: MessagePreview[] }>('POST', `/v1/invoices/${id}/preview`, {
      channels: ['email'],
      attachmentId,
    });
    expect(body.previews[0]?.text).toContain('File: plan.pdf (0 kB)');
  });
});

describe('I10: with a file, a message', () => {
  const told = ({ body: { status, notificationIds } }: Awaited<ReturnType<MessageWorld['send']>>) =>
    [status, ...notificationIds] as const;

  it('is another than without, once for each file; without one it is not sent after it', async () => {
    const id = await m.invoice();
    const [first, second] = [await attach(m.office, ofInvoice(id)), await attach(m.office, ofInvoice(id))];
    const plain = told(await m.send(id));
    await m.work();
    const withFirst = told(await m.send(id, { attachmentId: first }));
    expect(withFirst[0]).toBe('queued');
    await m.work();
    expect(told(await m.send(id, { attachmentId: first }))).toEqual(['unchanged', withFirst[1]]);
    const withSecond = told(await m.send(id, { attachmentId: second }));
    expect(withSecond[0]).toBe('queued');
    await m.work();
    expect(told(await m.send(id, { attachmentId: first }))).toEqual(['unchanged', withFirst[1]]);
    expect(told(await m.send(id))[0]).toBe('unchanged');
    expect((await m.notifications()).map(({ id: one, round }) => [one, round])).toEqual([
      [plain[1], 1],
      [withFirst[1], 2],
      [withSecond[1], 3],
    ]);
    expect(await m.mails()).toHaveLength(3);
  });

  it('is told of before it is sent where the customer has the same without it', async () => {
    const id = await m.invoice();
    const attachmentId = await attach(m.office, ofInvoice(id));
    const preview = async (body: object) => {
      const path = `/v1/invoices/${id}/preview`;
      const answer = await m.office.call<{ previews: MessagePreview[] }>('POST', path, {
        channels: ['sms', 'email'],
        ...body,
      });
      return answer.body.previews.map(({ sent, sentOtherwise }) => [sent, sentOtherwise]);
    };
    await m.send(id);
    // What has not left is replaced, and not repeated.
    expect(await preview({ attachmentId })).toEqual([
      [null, false],
      [null, false],
    ]);
    await m.work();
    expect(await preview({ attachmentId })).toEqual([
      [null, true],
      [null, false],
    ]);
    expect(await preview({})).toEqual([
      ['sent', false],
      [null, false],
    ]);
  });

  it('takes the place of one without that waits', async () => {
    const id = await m.invoice();
    await m.send(id, { channels: ['email', 'sms'] });
    await m.send(id, { channels: ['email'], attachmentId: await attach(m.office, ofInvoice(id)) });
    // The other channel says the same of the invoice, and goes.
    expect((await m.notifications()).map(({ channel, status, code }) => [channel, status, code])).toEqual([
      ['email', 'failed', 'SUPERSEDED'],
      ['sms', 'queued', null],
      ['email', 'queued', null],
    ]);
  });

  it('that failed does not stand for one without', async () => {
    const id = await m.invoice();
    const attachmentId = await attach(m.office, ofInvoice(id));
    await m.send(id, { attachmentId });
    await m.office.call('DELETE', `/v1/attachments/${attachmentId}`);
    await m.work();
    expect(told(await m.send(id))[0]).toBe('queued');
    await m.work();
    expect((await m.notifications()).map(({ status, actions }) => [status, actions])).toEqual([
      ['failed', []],
      ['sent', []],
    ]);
  });
});
