import type { Messenger, OutgoingMessage } from '@backhaul/server/testing';
import type { FinalizeResponse, InvoicesResponse, LogoResponse } from '@backhaul/shared';
import { getDocumentProxy } from 'unpdf';
import { v7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMessageWorld, type MessageWorld } from '../support/invoices.ts';
import { claiming, jpegOf } from '../support/jpeg.ts';
import { pngOf } from '../support/png.ts';
import { announcement, complete, presign, upload } from '../support/upload-client.ts';
import { edit } from '../support/sync-client.ts';

const now = new Date('2026-12-01T09:00:00Z');
let service: MessageWorld;
let m: MessageWorld;
beforeAll(async () => {
  service = await createMessageWorld({
    now: () => now,
    services: ({ messengers }) => ({ messengers: { ...messengers, email: recorded(messengers.email) } }),
  });
  await service.world.server.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => service.close());
beforeEach(async () => {
  m = await service.another();
});

/** What was handed over to be sent by email. */
const emails: OutgoingMessage[] = [];
function recorded(messenger: Messenger | null): Messenger | null {
  return (
    messenger && {
      ...messenger,
      deliver: (message) => {
        emails.push(message);
        return messenger.deliver(message);
      },
    }
  );
}

const headers = () => ({ authorization: `Bearer ${m.office.token}`, 'x-tenant-id': m.world.tenantId });
const print = (id: string) => m.world.server.app.inject({ url: `/v1/invoices/${id}/pdf`, headers: headers() });

/** What a reader of the file reads, page by page, and how wide the first is. */
async function read(bytes: Buffer | Uint8Array) {
  const document = await getDocumentProxy(new Uint8Array(bytes));
  const pages: string[] = [];
  let images = 0;
  for (let number = 1; number <= document.numPages; number += 1) {
    const page = await document.getPage(number);
    const { items } = await page.getTextContent();
    pages.push(
      items
        .map((item) => ('str' in item ? item.str : ''))
        .join(' ')
        .replaceAll(/[\s\u00a0\u202f]+/g, ' '),
    );
    const { fnArray } = await page.getOperatorList();
    // Of pdf.js: paintImageXObject.
    images += fnArray.filter((operation) => operation === 85).length;
  }
  const [, , width] = (await document.getPage(1)).view;
  return { pages, images, width };
}

const printed = async (id: string) => {
  const response = await print(id);
  expect(response.statusCode).toBe(200);
  expect(response.headers['content-type']).toBe('application/pdf');
  return read(response.rawPayload);
};
const finalize = (id: string) => m.office.call<FinalizeResponse>('POST', `/v1/invoices/${id}/finalize`);

describe('the PDF of an invoice', () => {
  it('says who, what, how much and until when, on the paper and in the language of the business', async () => {
    await m.office.call('PATCH', '/v1/settings', {
      language: 'es',
      company: { legalName: 'Limpiezas Ñandú & Cía', address: 'Calle Mayor 1\n28013 Madrid', taxId: 'B-12345678' },
    });
    const id = await m.invoice({ currency: 'eur', periodStart: '2026-11-01', periodEnd: '2026-11-30' });
    expect((await finalize(id)).body).toEqual({ id, number: 'INV-0001' });
    const response = await print(id);
    expect(response.headers['content-disposition']).toBe(
      `inline; filename="Factura INV-0001.pdf"; filename*=UTF-8''Factura%20INV-0001.pdf`,
    );
    const { pages, width, images } = await printed(id);
    expect(Math.round(width ?? 0)).toBe(595);
    expect(images).toBe(0);
    expect(pages).toHaveLength(1);
    for (const text of [
      'Limpiezas Ñandú & Cía',
      'Calle Mayor 1',
      'B-12345678',
      'Factura INV-0001',
      'Facturar a',
      'Dolores Haze',
      '9 de diciembre de 2026',
      '1 de noviembre de 2026 – 30 de noviembre de 2026',
      'Kitchen & <hall>',
      '60,25 €',
      '120,50 €',
      'Total',
      '180,50 €',
      'Página 1 de 1',
    ]) {
      expect(pages[0]).toContain(text);
    }
    expect(pages[0]).toMatch(/http\S+\/d\/[\w-]+/);
  });

  it('is a draft until it has a number, and then can be disputed until its window is over', async () => {
    const id = await m.invoice();
    const draft = await printed(id);
    expect(draft.pages[0]).toContain('Draft: not an invoice yet');
    expect(draft.pages[0]).not.toContain('/d/');
    await finalize(id);
    expect((await printed(id)).pages[0]).toContain('/d/');
    const old = await m.invoice({ dueDate: '2026-11-01' });
    await finalize(old);
    expect((await printed(old)).pages[0]).not.toContain('/d/');
  });

  it('goes on over as many pages as it takes, every line once, and shows what does not add up', async () => {
    await m.office.call('PATCH', '/v1/settings', { invoices: { paper: 'Letter' } });
    const lineItems = Array.from({ length: 120 }, (_, n) => ({
      description: n === 7 ? 'W'.repeat(500) : `Line number ${n}.`,
      quantity: 0.33,
      unitPrice: 25,
    }));
    const id = await m.invoice({ lineItems, amount: 1000 });
    const { pages, width } = await printed(id);
    expect(width).toBe(612);
    expect(pages.length).toBeGreaterThan(3);
    const text = pages.join(' ');
    for (let n = 0; n < 120; n += 1) if (n !== 7) expect(text.split(`Line number ${n}.`)).toHaveLength(2);
    expect(pages[1]).toContain('Description');
    expect(pages.at(-1)).toContain('Adjustment $10.00 Total $1,000.00');
    expect(pages[1]).toContain(`Page 2 of ${pages.length}`);
  });

  it('replaces what its font can not draw, whatever a client is called', async () => {
    const clientName = `Zoë Łukasz 山田 😀👩‍👩‍👧 ${'x'.repeat(300)}\u0007`.slice(0, 450);
    const clientId = v7();
    await m.office.call('POST', '/v1/clients', { id: clientId, name: clientName });
    const id = await m.invoice({ clientId, title: 'e\u0301tude \u{10ffff} 会' });
    const { pages } = await printed(id);
    expect(pages[0]).toContain('Zoë Łukasz ??');
    expect(pages[0]).toContain('étude ? ?');
  });

  it.each([
    ['a PNG with transparency', pngOf(40, 20), 1],
    ['a PNG that is cut off', pngOf(40, 20).subarray(0, 60), 0],
    ['a PNG that claims to be huge', pngOf(40, 20, 60_000), 0],
    ['a PNG with broken pixels', Buffer.concat([pngOf(40, 20).subarray(0, 45), Buffer.alloc(40, 7)]), 0],
    ['no picture at all', Buffer.from('<svg onload="alert(1)"/>'), 0],
    ['the beginning of a JPEG', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 1, 2]), 0],
  ])('shows the logo if it can: %s', async (_, bytes, shown) => {
    const request = announcement({ ownerType: 'finance_entry', ownerId: await m.invoice() }, Buffer.from(bytes));
    await upload(await presign(m.office, request), Buffer.from(bytes));
    await complete(m.office, request.attachmentId);
    await m.office.call('PATCH', '/v1/settings', { company: { logoAttachmentId: request.attachmentId } });
    expect((await printed(await m.invoice())).images).toBe(shown);
  });

  it('shows the logo that managers gave in the settings, until they take it away', async () => {
    const put = (bytes: Uint8Array) =>
      m.office.call<LogoResponse & { error: { code: string } }>('PUT', '/v1/settings/logo', {
        data: Buffer.from(bytes).toString('base64'),
      });
    const shown = async () => (await printed(await m.invoice())).images;
    for (const bytes of [
      Buffer.from('<svg/>'),
      pngOf(40, 20).subarray(0, 60),
      pngOf(40, 20, 60_000),
      Buffer.alloc(1),
      jpegOf(40, 20).subarray(0, -20),
      jpegOf(40, 20).subarray(0, 300),
      // Cut off in the middle, and closed as if nothing was missing.
      Buffer.concat([jpegOf(400, 200).subarray(0, 1_500), Buffer.from([0xff, 0xd9])]),
      claiming(jpegOf(40, 20), 60_000),
      // A picture of a few bytes that takes for ever.
      Buffer.concat([jpegOf(40, 20).subarray(0, -2), Buffer.alloc(40_000, Buffer.from([0xff, 0xda, 0, 8]))]),
    ]) {
      const refused = await put(bytes);
      expect([refused.status, refused.body.error.code]).toEqual([422, 'INVALID_FIELD']);
    }
    const { body } = await put(pngOf(40, 20));
    expect(body.logo).toMatchObject({ mimeType: 'image/png', data: Buffer.from(pngOf(40, 20)).toString('base64') });
    expect((await put(pngOf(40, 20))).body).toEqual(body);
    expect((await m.office.call('GET', '/v1/settings/logo')).body).toEqual(body);
    expect(await shown()).toBe(1);
    const photo = await put(jpegOf(400, 200));
    expect(photo.body.logo?.mimeType).toBe('image/jpeg');
    expect(await shown()).toBe(1);
    const other = await m.another();
    expect((await other.office.call('GET', '/v1/settings/logo')).body).toEqual({ logo: null });

    expect((await m.office.call('DELETE', '/v1/settings/logo')).body).toEqual({ logo: null });
    expect(await shown()).toBe(0);
    const { body: log } = await m.office.call<{ audit: { summary: string }[] }>('GET', '/v1/audit?entity=settings');
    expect(log.audit.map(({ summary }) => summary)).toEqual(
      Array.from({ length: 3 }, () => 'Marta changed the company logo of the settings'),
    );
  });

  it('decodes one logo at a time, whoever gives them, and does other things meanwhile', async () => {
    const data = jpegOf(1_200, 1_200).toString('base64');
    const put = ({ office, world }: MessageWorld) =>
      world.server.app.inject({
        method: 'PUT',
        url: '/v1/settings/logo',
        headers: { authorization: `Bearer ${office.token}`, 'x-tenant-id': world.tenantId },
        body: { data },
      });
    const houses = [m, await service.another()];
    const answers = await Promise.all(houses.map(put));
    expect(answers.map(({ statusCode }) => statusCode).toSorted()).toEqual([200, 429]);
    const refused = answers.findIndex(({ statusCode }) => statusCode === 429);
    expect(answers[refused]?.json()).toMatchObject({ error: { code: 'RATE_LIMITED' } });
    expect(answers[refused]?.headers['retry-after']).toBe('3');
    expect((await put(houses[refused] as MessageWorld)).statusCode).toBe(200);
  });

  it('does without a logo that is not there, or is another tenant’s', async () => {
    await m.office.call('PATCH', '/v1/settings', { company: { logoAttachmentId: v7() } });
    expect((await printed(await m.invoice())).images).toBe(0);
  });

  it('is the manager’s, and of invoices alone', async () => {
    const { member } = await m.world.employee('ana@example.com');
    const id = await m.invoice();
    const response = await m.world.server.app.inject({
      url: `/v1/invoices/${id}/pdf`,
      headers: { ...headers(), authorization: `Bearer ${member.token}` },
    });
    expect(response.statusCode).toBe(403);
    expect((await print(v7())).statusCode).toBe(404);
    expect((await print(await m.invoice({ kind: 'general' }))).statusCode).toBe(422);
    const neighbour = await service.another();
    const strange = await neighbour.invoice();
    expect((await print(strange)).statusCode).toBe(404);
  });
});

describe('numbers', () => {
  it('have no gaps and no doubles, whoever finalises or sends at once, and stay', async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, () => m.invoice()));
    const send = (id: string) => m.office.call('POST', `/v1/invoices/${id}/send`, { channels: ['sms'] });
    // Nobody is reached by email here: that refusal must not cost a number.
    const unreachable = v7();
    await m.office.call('POST', '/v1/clients', { id: unreachable, name: 'Ann' });
    const refused = await m.invoice({ clientId: unreachable });
    await Promise.all([
      ...ids.map((id, n) => (n % 2 === 0 ? finalize(id) : send(id))),
      send(refused),
      finalize(ids[0] ?? ''),
    ]);
    const { body } = await m.office.call<InvoicesResponse>('GET', '/v1/invoices');
    const numbers = new Map(body.invoices.map(({ id, number }) => [id, number]));
    expect(ids.map((id) => numbers.get(id)).toSorted()).toEqual(ids.map((_, n) => `INV-000${n + 1}`));
    expect(numbers.get(refused)).toBeNull();
    expect(body.invoices.filter(({ state }) => state === 'draft').map(({ id }) => id)).toEqual([refused]);

    await m.office.call('PATCH', '/v1/settings', { invoices: { numberPrefix: '2027/' } });
    const [first = ''] = ids;
    expect((await finalize(first)).body.number).toBe(numbers.get(first));
    expect((await finalize(refused)).body.number).toBe('2027/0009');
    const neighbour = await service.another();
    expect(
      (await neighbour.office.call<FinalizeResponse>('POST', `/v1/invoices/${await neighbour.invoice()}/finalize`)).body
        .number,
    ).toBe('INV-0001');
    const { body: log } = await m.office.call<{ audit: { summary: string; changes: object }[] }>(
      'GET',
      `/v1/audit?entityId=${refused}&order=desc&limit=1`,
    );
    expect(log.audit).toMatchObject([
      { summary: 'Marta gave a number to a finance entry', changes: { number: { from: null, to: '2027/0009' } } },
    ]);
  });

  it('name what is sent: in the message, on its page, and in the PDF that goes with an email', async () => {
    const id = await m.invoice();
    const answer = await m.office.call('POST', `/v1/invoices/${id}/send`, {
      channels: ['email', 'sms'],
      includePdf: true,
    });
    expect(answer.status).toBe(202);
    // What is attached is what was to be sent, whatever has changed since.
    const { updatedAt } = (await m.office.call<{ updatedAt: string }>('GET', `/v1/finance-entries/${id}`)).body;
    await m.office.push([edit('finance_entry', id, updatedAt, { amount: 999 })]);
    await m.work();
    const email = emails.at(-1);
    if (email?.content.channel !== 'email') throw new Error('No email was sent');
    const { subject, html, text } = email.content;
    expect(subject).toBe('Invoice INV-0001 from Shining Homes');
    expect(html).toContain('/d/');
    expect(text).toMatch(/Something wrong\? Tell us here: http\S+\/d\//);
    expect(email.attachments.map(({ fileName, mimeType }) => [fileName, mimeType])).toEqual([
      ['Invoice INV-0001.pdf', 'application/pdf'],
    ]);
    const { pages } = await read(email.attachments[0]?.bytes ?? new Uint8Array());
    expect(pages[0]).toContain('Invoice INV-0001');
    expect(pages[0]).toContain('Total $180.50');
    const link = /http\S+\/i\/\S+/.exec(text)?.[0] ?? '';
    const page = await m.world.server.app.inject({ url: new URL(link).pathname });
    expect(page.body).toContain('Invoice INV-0001');
    expect(page.body).toContain('/d/');
  });
});
