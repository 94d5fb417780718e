import { createDatabase } from '@backhaul/db';
import { takeEvent, TASKS } from '@backhaul/server/testing';
import type { Notification, SendResponse } from '@backhaul/shared';
import { v7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { create } from '../support/sync-client.ts';
import { createMessageWorld, EMAIL, type MessageWorld, PHONE } from '../support/invoices.ts';
import {
  CLERK_SECRET,
  clerkRequest,
  PUBLIC_URL,
  SENDGRID,
  sendGridRequest,
  type SignedRequest,
  TWILIO,
  twilioRequest,
} from '../support/provider-signatures.ts';

let service: MessageWorld;
let m: MessageWorld;
let lines: string[];
beforeAll(async () => {
  lines = [];
  service = await createMessageWorld({
    config: { publicUrl: PUBLIC_URL, twilio: TWILIO, sendGrid: SENDGRID, clerkWebhookSecret: CLERK_SECRET },
    // The providers themselves are not called here.
    services: (services) => ({
      messengers: { whatsapp: takesAll, sms: takesAll, email: takesAll },
      log: { kind: 'json', level: 'trace', write: (line) => lines.push(line) },
      crypto: services.crypto,
    }),
  });
});
afterAll(() => service.close());
beforeEach(async () => {
  m = await service.another();
});

const takesAll = {
  name: 'double',
  deliver: async ({ notificationId }: { notificationId: string }) =>
    ({ kind: 'accepted', providerId: `P${notificationId}` }) as const,
  find: async () => ({ kind: 'absent' }) as const,
};

const post = ({ url, headers, body }: SignedRequest) =>
  m.world.server.app.inject({ method: 'POST', url, headers, body });

async function sent(channel: string): Promise<Notification> {
  const id = await m.invoice();
  await m.office.call<SendResponse>('POST', `/v1/invoices/${id}/send`, { channels: [channel] });
  await m.work();
  const [notification] = await m.notifications(`?entityId=${id}`);
  return notification as Notification;
}
const current = async ({ id }: Notification) => (await m.notifications()).find((one) => one.id === id) as Notification;

const callback = ({ id }: { id: string }, status: string, extra: { [name: string]: string } = {}) =>
  twilioRequest(`/v1/webhooks/twilio?tenant=${m.world.tenantId}&notification=${id}`, {
    MessageSid: `P${id}`,
    MessageStatus: status,
    To: PHONE,
    From: TWILIO.smsFrom,
    ...extra,
  });
const inbound = (body: string, extra: { [name: string]: string } = {}) =>
  twilioRequest('/v1/webhooks/twilio', {
    MessageSid: `SM${v7()}`,
    From: PHONE,
    To: TWILIO.smsFrom,
    Body: body,
    ...extra,
  });
const mailEvent = ({ id }: { id: string }, event: string, extra: object = {}) => ({
  event,
  email: EMAIL,
  sg_event_id: v7(),
  sg_message_id: 'M1.filter',
  timestamp: Math.floor(Date.now() / 1000),
  tenant: m.world.tenantId,
  notification: id,
  ...extra,
});

describe('reports of Twilio', () => {
  it('move a message forward, in whatever order and however often they come', async () => {
    const message = await sent('sms');
    const delivered = callback(message, 'delivered');
    for (const report of [delivered, callback(message, 'sent'), delivered, callback(message, 'queued')]) {
      const answer = await post(report);
      expect([answer.statusCode, answer.body]).toEqual([200, '<Response/>']);
    }
    await m.takeReports();
    expect(await current(message)).toMatchObject({ status: 'delivered', providerId: `P${message.id}` });
  });

  it('say why a message did not arrive, without repeating to whom', async () => {
    const message = await sent('sms');
    await post(callback(message, 'undelivered', { ErrorCode: '30003', ErrorMessage: 'Unreachable handset' }));
    await m.takeReports();
    expect(await current(message)).toMatchObject({ status: 'failed', code: '30003', reason: 'Unreachable handset' });
    expect((await current(message)).actions).toEqual(['resend']);
  });

  it('are acted on with one connection at a time, whatever they ask for', async () => {
    const message = await sent('sms');
    await post(callback(message, 'delivered'));
    await post(inbound('STOP'));
    await post(sendGridRequest([mailEvent(message, 'unsubscribe')]));
    const { services } = m.world.server;
    const narrow = createDatabase({ connectionString: m.database.appUrl, max: 1 });
    try {
      const { rows } = await m.database.owner.pool.query<{ provider: string; eventId: string }>(
        `select provider, event_id as "eventId" from webhook_events where sealed is not null`,
      );
      expect(rows).toHaveLength(3);
      for (const event of rows) expect(await takeEvent({ ...services, database: narrow }, event)).toBe(true);
      for (const event of rows) expect(await takeEvent({ ...services, database: narrow }, event)).toBe(false);
    } finally {
      await narrow.close();
    }
    expect(await current(message)).toMatchObject({ status: 'delivered' });
    await post(inbound('START'));
    await m.takeReports();
  });

  it('STOP holds for every tenant until START, in whatever order they are acted on', async () => {
    const other = await service.another();
    const invoice = await other.invoice();
    const send = () => other.office.call<SendResponse>('POST', `/v1/invoices/${invoice}/send`, { channels: ['sms'] });
    await post(inbound(' stop. '));
    await m.takeReports();
    expect((await send()).status).toBe(409);
    await post(inbound('hello, please stop by tomorrow'));
    await post(inbound('START'));
    await m.takeReports();
    expect((await send()).status).toBe(202);
    await post(inbound('Anything', { OptOutType: 'STOP' }));
    await m.takeReports();
    await other.work();
    expect(await other.notifications()).toMatchObject([{ status: 'failed', code: 'OPTED_OUT' }]);
    await post(inbound('UNSTOP'));
    await m.takeReports();
  });

  it.each([
    ['Mexico', '+525512345678', '+5215512345678'],
    ['Argentina', '+5491123456789', '+541123456789'],
    ['Brazil, WhatsApp drops the ninth digit', '+5511987654321', '+551187654321'],
    ['Brazil, as it was noted long ago', '+551187654321', '+5511987654321'],
  ])('STOP by WhatsApp holds whichever form of the number it comes from: %s', async (_where, noted, named) => {
    const clientId = v7();
    await m.office.push([create('client', clientId, { name: 'Ana', whatsappPhone: noted })]);
    const id = await m.invoice({ clientId });
    const send = () =>
      m.office.call<{ error: { code: string } }>('POST', `/v1/invoices/${id}/send`, { channels: ['whatsapp'] });
    const says = async (word: string) => {
      await post(inbound(word, { From: `whatsapp:${named}` }));
      await m.takeReports();
    };
    await says('STOP');
    expect((await send()).body.error?.code).toBe('OPTED_OUT');
    await says('START');
    expect((await send()).status).toBe(202);
    // Before it has left.
    await says('STOP');
    await m.work();
    expect(await m.notifications()).toMatchObject([{ status: 'failed', code: 'OPTED_OUT' }]);
    const [failed] = await m.notifications();
    const resend = await m.office.call<{ error: { code: string } }>('POST', `/v1/notifications/${failed?.id}/resend`);
    expect(resend.body.error?.code).toBe('OPTED_OUT');
    await says('START');
  });

  it('words that were kept under another form of the number count, and the latest of all forms holds', async () => {
    const [noted, other] = ['+525598765432', '+5215598765432'];
    const { crypto } = m.world.server.services;
    const stop = async (number: string, at: string) =>
      m.database.owner.pool.query(
        `insert into contact_stops (channel, address_hash, stopped_at) values ('whatsapp', $1, $2)
         on conflict (channel, address_hash) do update set stopped_at = excluded.stopped_at, lifted_at = null`,
        [crypto.fingerprint(`whatsapp:${number}`), at],
      );
    const clientId = v7();
    await m.office.push([create('client', clientId, { name: 'Ana', whatsappPhone: noted })]);
    const id = await m.invoice({ clientId });
    const send = () =>
      m.office.call<{ error: { code: string } }>('POST', `/v1/invoices/${id}/send`, { channels: ['whatsapp'] });
    await stop(other, '2026-01-01T00:00:00Z');
    expect((await send()).body.error?.code).toBe('OPTED_OUT');
    await post(inbound('START', { From: `whatsapp:${other}` }));
    await m.takeReports();
    expect((await send()).status).toBe(202);
    await stop(other, '2099-01-01T00:00:00Z');
    await m.work();
    expect(await m.notifications()).toMatchObject([{ status: 'failed', code: 'OPTED_OUT' }]);
  });
});

describe('events of SendGrid', () => {
  it('many at once, each for its message; a bounce after a delivery counts', async () => {
    const [first, second] = [await sent('email'), await sent('email')];
    const batch = [
      mailEvent(first, 'delivered'),
      mailEvent(second, 'bounce', { status: '5.1.1', reason: `550 no mailbox <${EMAIL}> here` }),
      mailEvent(second, 'delivered'),
      { event: 'open', email: EMAIL },
      { event: 'delivered', sg_event_id: 'stranger', tenant: v7(), notification: v7() },
    ];
    expect((await post(sendGridRequest(batch))).statusCode).toBe(200);
    await m.takeReports();
    expect(await current(first)).toMatchObject({ status: 'delivered' });
    expect(await current(second)).toMatchObject({ status: 'failed', code: '5.1.1', reason: '550 no mailbox <…> here' });
  });

  it('an unsubscription is the end of emails of that tenant, and of no other', async () => {
    const message = await sent('email');
    await post(sendGridRequest([mailEvent(message, 'unsubscribe')]));
    await m.takeReports();
    const other = await service.another();
    for (const [world, status] of [
      [m, 409],
      [other, 202],
    ] as const) {
      const send = `/v1/invoices/${await world.invoice()}/send`;
      expect((await world.office.call('POST', send, { channels: ['email'] })).status).toBe(status);
    }
  });
});

describe('what is not the provider’s', () => {
  /** Every one of them must be refused, and leave nothing behind. */
  const forged = (): readonly (readonly [string, SignedRequest])[] => {
    const twilio = callback({ id: v7() }, 'delivered');
    const mail = sendGridRequest([mailEvent({ id: v7() }, 'delivered')]);
    const clerk = clerkRequest({ type: 'user.deleted', object: 'event', data: { id: 'user_x', deleted: true } });
    const altered = (request: SignedRequest, headers: { readonly [name: string]: string }) => ({
      ...request,
      headers: { ...request.headers, ...headers },
    });
    const without = (request: SignedRequest, name: string) => ({
      ...request,
      headers: Object.fromEntries(Object.entries(request.headers).filter(([header]) => header !== name)),
    });
    const [tSignature, mSignature, mTime] = [
      'x-twilio-signature',
      'x-twilio-email-event-webhook-signature',
      'x-twilio-email-event-webhook-timestamp',
    ];
    const own = (request: SignedRequest, name: string) => request.headers[name] ?? '';
    const flipped = (text: string) => (text.startsWith('A') ? `B${text.slice(1)}` : `A${text.slice(1)}`);
    const minutes = (count: number) => new Date(Date.now() + count * 60_000);
    const event = { type: 'user.deleted', object: 'event', data: { id: 'user_x', deleted: true } };
    return [
      ['Twilio: no signature', without(twilio, tSignature)],
      ['Twilio: an empty signature', altered(twilio, { [tSignature]: '' })],
      ['Twilio: one letter of the signature', altered(twilio, { [tSignature]: flipped(own(twilio, tSignature)) })],
      ['Twilio: half of the signature', altered(twilio, { [tSignature]: own(twilio, tSignature).slice(0, 14) })],
      ['Twilio: another account’s token', { ...twilioRequest(twilio.url, { MessageSid: 'S' }, 'other') }],
      ['Twilio: no token', { ...twilioRequest(twilio.url, { MessageSid: 'S' }, '') }],
      ['Twilio: another status', { ...twilio, body: twilio.body.replace('delivered', 'failed') }],
      ['Twilio: another message', { ...twilio, body: twilio.body.replace('MessageSid=P', 'MessageSid=Q') }],
      ['Twilio: one more parameter', { ...twilio, body: `${twilio.body}&Extra=1` }],
      ['Twilio: a parameter twice', { ...twilio, body: `${twilio.body}&MessageStatus=failed` }],
      ['Twilio: a parameter less', { ...twilio, body: twilio.body.replace(/&To=[^&]*/, '') }],
      ['Twilio: no body', { ...twilio, body: '' }],
      ['Twilio: another tenant', { ...twilio, url: twilio.url.replace(/tenant=[^&]*/, `tenant=${v7()}`) }],
      [
        'Twilio: another notification',
        { ...twilio, url: twilio.url.replace(/notification=.*/, `notification=${v7()}`) },
      ],
      ['Twilio: one more query', { ...twilio, url: `${twilio.url}&x=1` }],
      ['Twilio: without the query', { ...twilio, url: '/v1/webhooks/twilio' }],
      [
        'Twilio: a body that is JSON',
        { ...twilio, headers: { ...twilio.headers, 'content-type': 'application/json' }, body: '{}' },
      ],
      ['Twilio: signed as SendGrid', { ...mail, url: twilio.url }],
      ['SendGrid: no signature', without(mail, mSignature)],
      ['SendGrid: no time', without(mail, mTime)],
      ['SendGrid: an empty signature', altered(mail, { [mSignature]: '' })],
      ['SendGrid: one letter of the signature', altered(mail, { [mSignature]: flipped(own(mail, mSignature)) })],
      ['SendGrid: a signature with a line break', altered(mail, { [mSignature]: `${own(mail, mSignature)}=` })],
      ['SendGrid: a signature that is none', altered(mail, { [mSignature]: 'AAAA' })],
      ['SendGrid: another key', sendGridRequest([{ event: 'delivered' }], { stranger: true })],
      ['SendGrid: another time', altered(mail, { [mTime]: String(Number(own(mail, mTime)) + 1) })],
      ['SendGrid: a time that is none', altered(mail, { [mTime]: 'now' })],
      ['SendGrid: from an hour ago', sendGridRequest([{ event: 'delivered' }], { at: minutes(-60) })],
      ['SendGrid: from in an hour', sendGridRequest([{ event: 'delivered' }], { at: minutes(60) })],
      ['SendGrid: another body', { ...mail, body: mail.body.replace('delivered', 'bounce') }],
      ['SendGrid: a space more', { ...mail, body: `${mail.body} ` }],
      ['SendGrid: no body', { ...mail, body: '' }],
      ['SendGrid: signed as Clerk', { ...clerk, url: mail.url }],
      ['Clerk: no signature', without(clerk, 'svix-signature')],
      ['Clerk: no id', without(clerk, 'svix-id')],
      ['Clerk: no time', without(clerk, 'svix-timestamp')],
      ['Clerk: another id', altered(clerk, { 'svix-id': 'msg_other' })],
      ['Clerk: another time', altered(clerk, { 'svix-timestamp': String(Math.floor(Date.now() / 1000) - 5) })],
      [
        'Clerk: another version of signatures',
        altered(clerk, { 'svix-signature': own(clerk, 'svix-signature').replace('v1', 'v2') }),
      ],
      ['Clerk: another secret', clerkRequest(event, { secret: `whsec_${Buffer.alloc(24, 9).toString('base64')}` })],
      ['Clerk: from ten minutes ago', clerkRequest(event, { at: minutes(-10) })],
      ['Clerk: from in ten minutes', clerkRequest(event, { at: minutes(10) })],
      ['Clerk: another user', { ...clerk, body: clerk.body.replace('user_x', 'user_y') }],
      ['Clerk: no body', { ...clerk, body: '' }],
    ];
  };

  it('is refused in 40 variants and more, and nothing of it is kept', async () => {
    const variants = forged();
    expect(variants.length).toBeGreaterThanOrEqual(40);
    const count = async () =>
      (await service.database.owner.pool.query('select count(*) from webhook_events')).rows[0] as object;
    const before = await count();
    for (const [name, request] of variants) {
      const answer = await post(request);
      expect([answer.statusCode, answer.json<{ error: { code: string } }>().error.code], name).toEqual([
        401,
        'INVALID_SIGNATURE',
      ]);
    }
    expect(await count()).toEqual(before);
  });

  it('what is signed and makes no sense does nothing', async () => {
    for (const request of [
      twilioRequest('/v1/webhooks/twilio?tenant=x&notification=y', { MessageSid: 'S', MessageStatus: 'sent' }),
      twilioRequest('/v1/webhooks/twilio', { MessageSid: 'S', MessageStatus: 'sent' }),
      callback({ id: v7() }, 'dancing'),
      callback({ id: v7() }, 'delivered'),
      inbound('STOP', { From: 'nobody' }),
      sendGridRequest([]),
      sendGridRequest([{ event: 'delivered' }, { event: 4 }]),
      clerkRequest({ type: 'session.created', object: 'event', data: {} }),
    ]) {
      expect((await post(request)).statusCode).toBe(200);
    }
    await m.takeReports();
  });
});

interface AddedJob {
  readonly task: string;
  readonly payload: object;
}

it('the job that sweeps gives what was left behind a job, and forgets reports that are old enough', async () => {
  const { owner } = service.database;
  await post(callback(await sent('sms'), 'delivered'));
  await owner.pool.query(
    `insert into webhook_events (provider, event_id, received_at)
     values ('twilio', 'old', now() - interval '401 days'), ('twilio', 'young', now() - interval '399 days')`,
  );
  const id = await m.invoice();
  await m.office.call('POST', `/v1/invoices/${id}/send`, { channels: ['sms'] });
  const added: AddedJob[] = [];
  const queue = { add: async (jobs: readonly AddedJob[]) => void added.push(...jobs) };
  const task = TASKS.find(({ name }) => name === 'sweep-messages');
  await task?.run({}, { ...service.world.server.services, owner, queue });
  const own = added.filter(({ payload }) => 'tenantId' in payload && payload.tenantId === m.world.tenantId);
  expect(own.map(({ task: name }) => name)).toEqual(['advance-notification']);
  expect(added.filter(({ task: name }) => name === 'take-webhook')).toHaveLength(1);
  const { rows } = await owner.pool.query("select event_id from webhook_events where event_id in ('old', 'young')");
  expect(rows).toEqual([{ event_id: 'young' }]);
  await m.takeReports();
  await m.work();
});

it('no line of the log holds a message, a telephone number or an address', async () => {
  const message = await sent('sms');
  await post(callback(message, 'failed', { ErrorCode: '21211', ErrorMessage: `The number ${PHONE} is not valid` }));
  await post(sendGridRequest([mailEvent(await sent('email'), 'bounce', { reason: `no ${EMAIL}` })]));
  await m.takeReports();
  const text = lines.join('');
  expect(lines.length).toBeGreaterThan(50);
  for (const secret of [PHONE, PHONE.slice(1), EMAIL, 'Dolores', 'Invoice 1041', '/i/', 'ana@new.example']) {
    expect(text, secret).not.toContain(secret);
  }
});
