import { advanceNotification } from '@backhaul/server/testing';
import type { MessagePreview, Notification, TenantId } from '@backhaul/shared';
import { v7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Failure } from '../support/billing.ts';
import { createMessageWorld, EMAIL, type MessageWorld, PHONE } from '../support/invoices.ts';
import { create, edit } from '../support/sync-client.ts';

const now = new Date();
/** Of the service. */
let moment = now;
let service: MessageWorld;
let m: MessageWorld;
beforeAll(async () => {
  service = await createMessageWorld({ now: () => moment });
});
afterAll(() => service.close());
beforeEach(async () => {
  moment = now;
  m = await service.another();
});

describe('sending an invoice', () => {
  it('queues a message for each channel, sends each once, and says what became of it', async () => {
    const id = await m.invoice();
    const answer = await m.send(id, { channels: ['whatsapp', 'sms', 'email'], message: 'Thank you!' });
    expect(answer.status).toBe(202);
    expect(answer.body).toMatchObject({
      status: 'queued',
      results: [
        { channel: 'whatsapp', status: 'queued', repeated: false },
        { channel: 'sms', status: 'queued', repeated: false },
        { channel: 'email', status: 'queued', repeated: false },
      ],
    });
    await m.work();
    const sent = await m.notifications(`?entityId=${id}`);
    expect(
      sent.map(({ channel, status, to, attempts, provider }) => [channel, status, to, attempts, provider]),
    ).toEqual([
      ['whatsapp', 'sent', PHONE, 1, 'mailbox'],
      ['sms', 'sent', PHONE, 1, 'mailbox'],
      ['email', 'sent', EMAIL, 1, 'mailbox'],
    ]);
    expect((await m.mails()).map(({ channel, to, segments }) => [channel, to, segments])).toEqual([
      ['email', EMAIL, null],
      ['sms', PHONE, 1],
      ['whatsapp', PHONE, null],
    ]);
    const [email, sms] = await m.mails();
    expect(email?.subject).toBe('Invoice INV-0001 from Shining Homes');
    expect(email?.html).toContain('Kitchen &amp; &lt;hall&gt;');
    expect(email?.text).toContain('Thank you!');
    expect(sms?.text).toMatch(/^Thank you!\nShining Homes: invoice of \$180\.50, due Dec 9\. http:\S+\/i\/[\w-]{43}$/);
  });

  it('I10: what a customer was sent is not sent again, whoever asks and however often', async () => {
    const id = await m.invoice();
    const [first, second] = await Promise.all([m.send(id), m.send(id, { message: 'Other words' })]);
    await m.work();
    const third = await m.send(id);
    const ids = [first, second, third].map(({ body }) => body.notificationIds);
    expect(new Set(ids.flat()).size).toBe(1);
    expect(third.body).toMatchObject({ status: 'unchanged', results: [{ status: 'sent', repeated: true }] });
    await m.work();
    expect(await m.mails()).toHaveLength(1);
    // What nobody sees of it makes no other version of it.
    await m.office.push([edit('finance_entry', id, await m.versionOf(id), { notes: 'Called', status: 'paid' })]);
    expect((await m.send(id)).body.status).toBe('unchanged');
    await m.office.push([edit('finance_entry', id, await m.versionOf(id), { amount: 200 })]);
    expect((await m.send(id)).body.status).toBe('queued');
    await m.work();
    expect(await m.mails()).toHaveLength(2);
  });

  it('I10: the same key is one request, whatever has changed since', async () => {
    const id = await m.invoice();
    const first = await m.send(id, { idempotencyKey: 'k-1' });
    await m.work();
    await m.office.push([edit('finance_entry', id, await m.versionOf(id), { amount: 200 })]);
    const again = await m.send(id, { idempotencyKey: 'k-1' });
    expect(again.body.notificationIds).toEqual(first.body.notificationIds);
    expect(again.body.status).toBe('unchanged');
    const other = await m.send(id, { idempotencyKey: 'k-1', channels: ['email'] });
    expect([other.status, other.body.error.code]).toEqual([409, 'IDEMPOTENCY_KEY_REUSED']);
    await m.work();
    expect(await m.mails()).toHaveLength(1);
  });

  it('refuses what it can not do, and then does nothing', async () => {
    const id = await m.invoice();
    const refusals = [
      [await m.send(id, { pdfUrl: 'https://example.com/a.pdf' }), 422, 'UNSUPPORTED', { fields: ['pdfUrl'] }],
      [await m.send(id, { attachmentId: v7() }), 404, 'NOT_FOUND', {}],
      [await m.send(id, { channels: ['pigeon'] }), 400, 'INVALID_REQUEST', {}],
      [await m.send(id, { channels: [] }), 400, 'INVALID_REQUEST', {}],
      [await m.send(id, { colour: 'red' }), 400, 'INVALID_REQUEST', {}],
      [await m.send(v7()), 404, 'NOT_FOUND', {}],
      [await m.send(await m.invoice({ kind: 'general' })), 422, 'NOT_SENDABLE', {}],
      [await m.send(await m.invoice({ clientId: null })), 422, 'NOT_SENDABLE', {}],
    ] as const;
    for (const [answer, status, code, details] of refusals) {
      expect(answer.body.error).toMatchObject({ code, details });
      expect(answer.status).toBe(status);
    }
    expect(await m.notifications()).toEqual([]);
  });

  it('says which channels do not reach the customer, and sends through none', async () => {
    const clientId = v7();
    await m.office.push([create('client', clientId, { name: 'Ann', phone: '555 0123' })]);
    const id = await m.invoice({ clientId });
    const { status, body } = await m.send(id, { channels: ['sms', 'email'] });
    expect([status, body.error.code]).toEqual([422, 'UNREACHABLE']);
    expect(body.error.details.channels).toMatchObject([
      { channel: 'sms', code: 'UNREACHABLE', message: expect.stringContaining('country') },
      { channel: 'email', code: 'UNREACHABLE', message: expect.stringContaining('no address') },
    ]);
    expect(await m.notifications()).toEqual([]);
  });

  it('waits for an open conflict of the invoice to be settled, unless told not to', async () => {
    const id = await m.invoice();
    const base = await m.versionOf(id);
    const other = m.world.device();
    await m.office.push([edit('finance_entry', id, base, { amount: 200 })]);
    await other.push([edit('finance_entry', id, base, { amount: 300 })]);
    const held = await m.send(id);
    expect([held.status, held.body.error.code]).toEqual([409, 'OPEN_CONFLICT']);
    expect((await m.send(id, { force: true })).body.status).toBe('queued');
  });

  it('takes ten requests a minute of a tenant, and says when the next may come', async () => {
    for (let n = 0; n < 10; n += 1) expect((await m.send(await m.invoice())).status).toBe(202);
    const id = await m.invoice();
    const response = await m.world.server.app.inject({
      method: 'POST',
      url: `/v1/invoices/${id}/send`,
      headers: { authorization: `Bearer ${m.office.token}`, 'x-tenant-id': m.world.tenantId },
      body: { channels: ['sms'] },
    });
    expect(response.statusCode).toBe(429);
    expect(Number(response.headers['retry-after'])).toBeGreaterThan(50);
    const neighbour = await service.another();
    expect(
      (await neighbour.office.call<Failure>('POST', `/v1/invoices/${v7()}/send`, { channels: ['sms'] })).status,
    ).toBe(404);
  });

  it('an employee may neither send nor look', async () => {
    const { member } = await m.world.employee('ana@example.com');
    const device = m.world.device(member);
    const id = await m.invoice();
    for (const [method, url, body] of [
      ['POST', `/v1/invoices/${id}/send`, { channels: ['sms'] }],
      ['POST', `/v1/invoices/${id}/preview`, { channels: ['sms'] }],
      ['GET', '/v1/notifications', undefined],
    ] as const) {
      expect((await device.call(method, url, body)).status, url).toBe(403);
    }
  });

  it('is in the audit log, without an address', async () => {
    const id = await m.invoice();
    await m.send(id, { channels: ['sms', 'email'] });
    const { body } = await m.office.call<{ audit: { summary: string; changes: object }[] }>(
      'GET',
      `/v1/audit?entityId=${id}&order=desc&limit=1`,
    );
    expect(body.audit).toMatchObject([
      { summary: 'Marta sent a finance entry', changes: { channels: { from: null, to: ['sms', 'email'] } } },
    ]);
    expect(JSON.stringify(body)).not.toContain(PHONE);
  });
});

describe('a preview', () => {
  it('shows what each channel would show, and why one could not be used', async () => {
    const clientId = v7();
    await m.office.push([create('client', clientId, { name: 'Ann', phone: PHONE })]);
    const id = await m.invoice({ clientId });
    await m.office.call('PATCH', '/v1/settings', { language: 'es', company: { legalName: 'Limpiezas Díaz & Cía' } });
    const { body } = await m.office.call<{ previews: MessagePreview[] }>('POST', `/v1/invoices/${id}/preview`, {
      channels: ['sms', 'email', 'whatsapp'],
      message: '¡Gracias!',
    });
    const [sms, email, whatsapp] = body.previews;
    expect(sms).toMatchObject({ to: PHONE, segments: 1, problem: null, sent: null });
    expect(sms?.text).toContain('¡Gracias!\nLimpiezas Diaz & Cia: factura de 180,50 US$');
    expect(email).toMatchObject({ to: null, problem: { code: 'UNREACHABLE' } });
    expect(email?.html).toContain('lang="es"');
    expect(whatsapp?.text).toContain('Hola Ann');
    expect(await m.notifications()).toEqual([]);
  });
});

describe('the page behind the link', () => {
  it('shows the invoice as it was sent, and nothing to who guesses', async () => {
    const id = await m.invoice();
    await m.send(id, { message: 'See you <soon>' });
    await m.work();
    const link = /http:\S+/.exec((await m.mails())[0]?.text ?? '')?.[0] ?? '';
    await m.office.push([edit('finance_entry', id, await m.versionOf(id), { amount: 999 })]);
    const path = new URL(link).pathname;
    const page = await m.world.server.app.inject({ url: path });
    expect(page.statusCode).toBe(200);
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.body).toContain('$180.50');
    expect(page.body).toContain('See you &lt;soon&gt;');
    expect(page.body).not.toContain('<script');
    const others = [`${path}x`, path.slice(0, -1), `${path.slice(0, -4)}AAAA`, '/i/', `/i/${'A'.repeat(43)}`];
    for (const url of others) {
      const answer = await m.world.server.app.inject({ url });
      expect(answer.statusCode, url).toBe(404);
    }
    const wrong = await m.world.server.app.inject({ url: others[2] ?? '' });
    expect(wrong.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(wrong.body).toContain('Pida uno nuevo');

    const afterDays = async (days: number) => {
      moment = new Date(now.getTime() + days * 86_400_000);
      return (await m.world.server.app.inject({ url: path })).statusCode;
    };
    expect([await afterDays(399), await afterDays(401)]).toEqual([200, 404]);
  });
});

describe('what customers say', () => {
  it('an opt-out is honoured, and consent lifts it', async () => {
    const say = (consent: string) =>
      m.office.call('POST', '/v1/consents', { channel: 'sms', address: '+1 (508) 555-0123', consent });
    expect((await say('withdrawn')).body).toMatchObject({ optedOutAt: now.toISOString() });
    const id = await m.invoice();
    const refused = await m.send(id);
    expect([refused.status, refused.body.error.code]).toEqual([409, 'OPTED_OUT']);
    expect((await m.send(id, { channels: ['email'] })).status).toBe(202);
    expect((await say('given')).body).toMatchObject({ consentedAt: now.toISOString(), optedOutAt: null });
    expect((await m.send(id)).status).toBe(202);
  });

  it('of an opt-out and a consent the later one holds, whichever is noted first', async () => {
    const note = (consent: string, minute: number) =>
      m.office.call('POST', '/v1/consents', {
        channel: 'sms',
        address: PHONE,
        consent,
        at: new Date(now.getTime() - (60 - minute) * 60_000).toISOString(),
      });
    const at = (minute: number): string => new Date(now.getTime() - (60 - minute) * 60_000).toISOString();
    await note('withdrawn', 20);
    expect((await note('given', 10)).body).toMatchObject({ consentedAt: at(10), optedOutAt: at(20) });
    expect((await note('given', 30)).body).toMatchObject({ consentedAt: at(30), optedOutAt: null });
    expect((await note('withdrawn', 25)).body).toMatchObject({ consentedAt: at(30), optedOutAt: null });
    expect((await note('withdrawn', 40)).body).toMatchObject({ consentedAt: at(30), optedOutAt: at(40) });
  });

  it('an opt-out stops what is queued already', async () => {
    const id = await m.invoice();
    await m.send(id);
    await m.office.call('POST', '/v1/consents', { channel: 'sms', address: PHONE, consent: 'withdrawn' });
    await m.work();
    expect(await m.notifications()).toMatchObject([{ status: 'failed', code: 'OPTED_OUT', attempts: 0 }]);
    expect(await m.mails()).toEqual([]);
  });
});

describe('a message that may have gone out', () => {
  const looks: string[] = [];
  /** A line that breaks after the message has left, to a provider that finds it when asked, or not. */
  const breaking = (found: boolean) => ({
    name: 'double',
    deliver: async () =>
      ({ kind: 'uncertain', code: 'ECONNRESET', reason: `reset while sending to ${PHONE}` }) as const,
    find: async ({ mark }: { readonly mark: string }) => {
      looks.push(mark);
      return found ? ({ kind: 'found', providerId: 'P1' } as const) : ({ kind: 'absent' } as const);
    },
  });
  const workWith = async (found: boolean, at: Date) => {
    const { services } = m.world.server;
    const messengers = { whatsapp: null, email: null, sms: breaking(found) };
    const [message] = await m.notifications();
    const key = { tenantId: m.world.tenantId as TenantId, notificationId: message?.id ?? '' };
    await advanceNotification({ ...services, messengers, now: () => at }, key);
  };
  const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000);

  it('I10: is looked for with its provider, and never sent again by itself', async () => {
    await m.send(await m.invoice());
    await workWith(true, now);
    expect(await m.notifications()).toMatchObject([
      { status: 'unknown', code: 'ECONNRESET', reason: 'reset while sending to …', looks: 0, actions: ['settle'] },
    ]);
    await workWith(true, later(1));
    expect(await m.notifications()).toMatchObject([{ status: 'sent', providerId: 'P1', attempts: 1, actions: [] }]);
    expect(looks.at(-1)).toMatch(/^[\w-]{43}$/);
  });

  it('is left to a human with what is known, who says that it did not go out and sends it again', async () => {
    const id = await m.invoice();
    await m.send(id);
    for (const minutes of [0, 1, 5, 20, 120, 1_000, 10_000]) await workWith(false, later(minutes));
    const [unknown] = await m.notifications('?status=unknown');
    expect(unknown).toMatchObject({ attempts: 1, looks: 5, lookResult: 'absent', actions: ['settle'] });
    expect((await m.send(id)).body).toMatchObject({ status: 'unchanged', results: [{ status: 'unknown' }] });
    const refused = await m.office.call<Failure>('POST', `/v1/notifications/${unknown?.id}/resend`);
    expect(refused.body.error.code).toBe('NOT_SETTLEABLE');
    const settle = { outcome: 'failed' };
    const settled = await m.office.call<Notification>('POST', `/v1/notifications/${unknown?.id}/settle`, settle);
    expect(settled.body).toMatchObject({ status: 'failed', settledBy: { name: 'Marta' }, actions: ['resend'] });
    expect((await m.office.call('POST', `/v1/notifications/${unknown?.id}/resend`)).status).toBe(201);
    await m.work();
    expect((await m.notifications()).map(({ status }) => status)).toEqual(['failed', 'sent']);
  });

  it('I10: that its provider turned down is looked for there before it is tried again', async () => {
    const { services } = m.world.server;
    await m.send(await m.invoice());
    let handedOver = 0;
    const mistaken = {
      ...breaking(true),
      deliver: async () => {
        handedOver += 1;
        return { kind: 'deferred', code: '20500', reason: 'Internal error', retryAfterSeconds: null } as const;
      },
    };
    const messengers = { whatsapp: null, email: null, sms: mistaken };
    const [message] = await m.notifications();
    const key = { tenantId: m.world.tenantId as TenantId, notificationId: message?.id ?? '' };
    const asked = looks.length;
    await advanceNotification({ ...services, messengers }, key);
    expect([handedOver, looks.length - asked]).toEqual([1, 0]);
    expect(await m.notifications()).toMatchObject([{ status: 'queued', code: '20500' }]);
    await advanceNotification({ ...services, messengers, now: () => later(60) }, key);
    expect([handedOver, looks.length - asked]).toEqual([1, 1]);
    expect(await m.notifications()).toMatchObject([{ status: 'sent', providerId: 'P1', code: null }]);
  });

  it('I10: does not leave a process that stood still until its claim may be over', async () => {
    const { services } = m.world.server;
    await m.send(await m.invoice());
    let handedOver = 0;
    const counting = {
      ...breaking(false),
      deliver: async () => {
        handedOver += 1;
        return { kind: 'accepted', providerId: 'P1' } as const;
      },
    };
    const messengers = { whatsapp: null, email: null, sms: counting };
    const [message] = await m.notifications();
    const key = { tenantId: m.world.tenantId as TenantId, notificationId: message?.id ?? '' };
    let isClaimed = false;
    const standsStill = () => {
      const time = isClaimed ? later(1) : now;
      isClaimed = true;
      return time;
    };
    await advanceNotification({ ...services, messengers, now: standsStill }, key);
    expect(handedOver).toBe(0);
    expect(await m.notifications()).toMatchObject([{ status: 'queued', code: 'TOO_LATE', attempts: 1 }]);
    await advanceNotification({ ...services, messengers, now: () => later(60) }, key);
    expect(handedOver).toBe(1);
    expect(await m.notifications()).toMatchObject([{ status: 'sent', attempts: 2 }]);
  });

  it('of a killed process is not sent again either', async () => {
    const { services } = m.world.server;
    await m.send(await m.invoice());
    const never = { ...breaking(false), deliver: () => new Promise<never>(() => {}) };
    const messengers = { whatsapp: null, email: null, sms: never };
    const [message] = await m.notifications();
    const key = { tenantId: m.world.tenantId as TenantId, notificationId: message?.id ?? '' };
    void advanceNotification({ ...services, messengers }, key);
    await vi.waitFor(async () => expect(await m.notifications()).toMatchObject([{ status: 'sending' }]));
    await workWith(false, later(1));
    expect(await m.notifications()).toMatchObject([{ status: 'sending' }]);
    await workWith(false, later(2));
    expect(await m.notifications()).toMatchObject([{ status: 'unknown', code: 'NO_ANSWER', attempts: 1 }]);
  });
});

describe('a human', () => {
  it('sends a failed message again, once', async () => {
    const id = await m.invoice();
    await m.send(id);
    await m.office.call('POST', '/v1/consents', { channel: 'sms', address: PHONE, consent: 'withdrawn' });
    await m.work();
    const [failed] = await m.notifications();
    const resend = (which: string) =>
      m.office.call<Notification & Failure>('POST', `/v1/notifications/${which}/resend`);
    expect((await resend(failed?.id ?? '')).body.error.code).toBe('OPTED_OUT');
    await m.office.call('POST', '/v1/consents', { channel: 'sms', address: PHONE, consent: 'given' });
    const [once, twice] = await Promise.all([resend(failed?.id ?? ''), resend(failed?.id ?? '')]);
    expect([once.status, twice.status].toSorted()).toEqual([201, 409]);
    await m.work();
    expect((await m.notifications()).map(({ status, round }) => [status, round])).toEqual([
      ['failed', 1],
      ['sent', 2],
    ]);
    expect(await m.mails()).toHaveLength(1);
  });

  it('can not settle what is not unknown', async () => {
    const id = await m.invoice();
    const { body } = await m.send(id);
    const settled = await m.office.call<Failure>('POST', `/v1/notifications/${body.notificationIds[0]}/settle`, {
      outcome: 'failed',
    });
    expect([settled.status, settled.body.error]).toMatchObject([
      409,
      { code: 'NOT_SETTLEABLE', details: { status: 'queued' } },
    ]);
  });
});
