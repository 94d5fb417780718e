import { parseTenantId, type TenantId } from '@backhaul/shared';
import { delay, http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Messenger, OutgoingMessage } from './messenger.ts';
import { sendGridMessenger } from './sendgrid.ts';
import { twilioMessenger } from './twilio.ts';

/** The providers at the edge of the network; the clients are the real ones. */
const edge = setupServer();
beforeAll(() => edge.listen({ onUnhandledFrame: 'error' }));
afterEach(() => edge.resetHandlers());
afterAll(() => edge.close());

const ACCOUNT = `AC${'0'.repeat(32)}`;
const TWILIO = `https://api.twilio.com/2010-04-01/Accounts/${ACCOUNT}/Messages.json`;
const SENDGRID = 'https://api.sendgrid.com/v3/mail/send';

const twilio = twilioMessenger({
  accountSid: ACCOUNT,
  authToken: 'token',
  smsFrom: '+15085550100',
  whatsappFrom: '+15085550101',
  templates: { en: 'HXen', es: null },
  publicUrl: () => 'https://app.example.com',
  timeoutMs: 300,
});
const sendGrid = sendGridMessenger({ apiKey: 'SG.key', from: 'office@example.com', timeoutMs: 300 });

const sms: OutgoingMessage = {
  tenantId: parseTenantId('0190a3b2-0000-7000-8000-000000000001') as TenantId,
  notificationId: '0190a3b2-0000-7000-8000-000000000002',
  to: '+15085550123',
  mark: 'mark4711',
  from: 'Shining Homes',
  replyTo: 'hello@example.com',
  content: { channel: 'sms', text: 'Hello mark4711' },
  attachments: [],
};
const whatsapp: OutgoingMessage = {
  ...sms,
  content: { channel: 'whatsapp', text: 'Hello', template: { language: 'es', variables: ['Ann', 'mark4711'] } },
};
const email: OutgoingMessage = {
  ...sms,
  to: 'ann@example.com',
  content: { channel: 'email', subject: 'Invoice', text: 'Hello', html: '<p>Hello</p>' },
  attachments: [{ fileName: 'invoice.pdf', mimeType: 'application/pdf', bytes: Buffer.from('%PDF') }],
};

const form = async (request: Request) => Object.fromEntries(new URLSearchParams(await request.text()));

describe('Twilio', () => {
  it('is given an SMS with the address for reports', async () => {
    const seen: object[] = [];
    edge.use(
      http.post(TWILIO, async ({ request }) => {
        seen.push({ ...(await form(request)), authorization: request.headers.get('authorization') });
        return HttpResponse.json({ sid: 'SM1', status: 'queued' }, { status: 201 });
      }),
    );
    expect(await twilio.deliver(sms)).toEqual({ kind: 'accepted', providerId: 'SM1' });
    expect(seen).toEqual([
      {
        To: '+15085550123',
        From: '+15085550100',
        Body: 'Hello mark4711',
        StatusCallback: `https://app.example.com/v1/webhooks/twilio?tenant=${sms.tenantId}&notification=${sms.notificationId}`,
        authorization: `Basic ${Buffer.from(`${ACCOUNT}:token`).toString('base64')}`,
      },
    ]);
  });

  it('is given the template of another language where there is none in the wanted one', async () => {
    let seen: object = {};
    edge.use(
      http.post(TWILIO, async ({ request }) => {
        seen = await form(request);
        return HttpResponse.json({ sid: 'SM2' }, { status: 201 });
      }),
    );
    await twilio.deliver(whatsapp);
    expect(seen).toMatchObject({
      To: 'whatsapp:+15085550123',
      From: 'whatsapp:+15085550101',
      ContentSid: 'HXen',
      ContentVariables: '{"1":"Ann","2":"mark4711"}',
    });
  });

  it('is asked by recipient and day, and a message is known by its mark', async () => {
    let asked = new URLSearchParams();
    edge.use(
      http.get(TWILIO, ({ request }) => {
        asked = new URL(request.url).searchParams;
        const messages = [
          { sid: 'SM8', body: 'Another' },
          { sid: 'SM9', body: 'Hello mark4711' },
        ];
        return HttpResponse.json({ messages, page: 0, page_size: 200 });
      }),
    );
    const query = { channel: 'whatsapp', to: '+15085550123', since: new Date('2026-11-25T01:00:00Z') } as const;
    expect(await twilio.find({ ...query, mark: 'mark4711' })).toEqual({ kind: 'found', providerId: 'SM9' });
    expect(await twilio.find({ ...query, mark: 'mark0815' })).toEqual({ kind: 'absent' });
    expect(asked.get('To')).toBe('whatsapp:+15085550123');
    expect([...asked]).toContainEqual(['DateSent>', '2026-11-24T01:00:00Z']);
    edge.use(http.get(TWILIO, () => HttpResponse.json({ code: 20003, message: 'No' }, { status: 401 })));
    expect(await twilio.find({ ...query, mark: 'mark4711' })).toEqual({ kind: 'silent' });
  });
});

describe('SendGrid', () => {
  it('is given an email with what names it in reports, and no tracking', async () => {
    let seen: object = {};
    edge.use(
      http.post(SENDGRID, async ({ request }) => {
        seen = (await request.json()) as object;
        return new HttpResponse(null, { status: 202, headers: { 'x-message-id': 'M1' } });
      }),
    );
    expect(await sendGrid.deliver(email)).toEqual({ kind: 'accepted', providerId: 'M1' });
    expect(seen).toMatchObject({
      from: { email: 'office@example.com', name: 'Shining Homes' },
      reply_to: { email: 'hello@example.com' },
      subject: 'Invoice',
      personalizations: [{ to: [{ email: 'ann@example.com' }] }],
      custom_args: { tenant: email.tenantId, notification: email.notificationId },
      content: [
        { type: 'text/plain', value: 'Hello' },
        { type: 'text/html', value: '<p>Hello</p>' },
      ],
      attachments: [{ filename: 'invoice.pdf', content: Buffer.from('%PDF').toString('base64') }],
      tracking_settings: { click_tracking: { enable: false } },
    });
  });
});

/** An error in each provider's own words, with its status and headers. */
const PROVIDERS: readonly {
  readonly name: string;
  readonly url: string;
  readonly messenger: Messenger;
  readonly message: OutgoingMessage;
  readonly own: (status: number, headers?: Record<string, string>) => Response;
}[] = [
  {
    name: 'Twilio',
    url: TWILIO,
    messenger: twilio,
    message: sms,
    own: (status, headers = {}) =>
      HttpResponse.json({ code: 21211, message: 'Not valid', status }, { status, headers }),
  },
  {
    name: 'SendGrid',
    url: SENDGRID,
    messenger: sendGrid,
    message: email,
    own: (status, headers = {}) => HttpResponse.json({ errors: [{ message: 'Not valid' }] }, { status, headers }),
  },
];

describe.each(PROVIDERS)('$name: what an answer says about acceptance', ({ url, messenger, message, own }) => {
  const answering = (answer: () => Response | Promise<Response>) => {
    edge.use(http.post(url, answer));
    return messenger.deliver(message);
  };
  const page = (status: number) => new HttpResponse('<html>Bad gateway</html>', { status });

  it.each([400, 401, 403, 404])('%i: refused, with its reason', async (status) => {
    expect(await answering(() => own(status))).toMatchObject({ kind: 'refused', reason: 'Not valid' });
  });

  it('429: later, and not before it wishes', async () => {
    expect(await answering(() => own(429, { 'retry-after': '17' }))).toMatchObject({
      kind: 'deferred',
      retryAfterSeconds: 17,
    });
    expect(await answering(() => page(429))).toMatchObject({ kind: 'deferred', retryAfterSeconds: null });
  });

  it.each([500, 503])('%i in its own words: later', async (status) => {
    expect(await answering(() => own(status))).toMatchObject({ kind: 'deferred', reason: 'Not valid' });
  });

  it.each([408, 500, 502, 503, 504])('%i on a page of somebody else: nobody knows', async (status) => {
    expect(await answering(() => page(status))).toMatchObject({ kind: 'uncertain', code: `HTTP_${status}` });
  });

  it('a success on a page of somebody else: nobody knows', async () => {
    expect(await answering(() => page(200))).toMatchObject({ kind: 'uncertain' });
  });

  it('no answer in time: nobody knows', async () => {
    const answer = async () => {
      await delay(2_000);
      return own(500);
    };
    expect(await answering(answer)).toMatchObject({ kind: 'uncertain' });
  });

  it('a connection that breaks: nobody knows', async () => {
    expect(await answering(() => HttpResponse.error())).toMatchObject({ kind: 'uncertain' });
  });
});
