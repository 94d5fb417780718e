import type { Messenger, OutgoingMessage } from '@backhaul/server/testing';
import type { SendResponse } from '@backhaul/shared';
import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { INVOICE } from '../support/invoices.ts';
import { PUBLIC_URL, SENDGRID, sendGridRequest, TWILIO, twilioRequest } from '../support/provider-signatures.ts';
import { create, createWorld, type SyncClient, type World } from '../support/sync-client.ts';

/** Everything that is a person's in this file contains one of these. */
const CANARY = 'canary4711';
const DIGITS = '5085550147';
const PHONE = `+1${DIGITS}`;
const EMAIL = `${CANARY}@example.com`;
const SECRET = 'a-secret-for-the-scheduler';

let world: World;
let office: SyncClient;
let lines: string[];
beforeAll(async () => {
  lines = [];
  world = await createWorld({
    config: { publicUrl: PUBLIC_URL, twilio: TWILIO, sendGrid: SENDGRID, cronSecret: SECRET },
    services: () => ({
      log: { kind: 'json', level: 'trace', write: (line) => lines.push(line) },
      messengers: { whatsapp: refusing, sms: throwing, email: doubting },
    }),
  });
  office = world.device();
});
afterAll(() => world.close());

/** Providers that repeat in their answers what they were given, and a client of one that fails with it. */
const quoted = ({ to, from, content }: OutgoingMessage) => `${to} ${from} ${JSON.stringify(content)}`;
const quotes = (deliver: Messenger['deliver']): Messenger => ({
  name: 'double',
  deliver,
  find: async ({ to, mark }) => {
    throw new Error(`${to} ${mark}`);
  },
});
const refusing = quotes(async (message) => ({ kind: 'refused', code: '400', reason: quoted(message) }));
const doubting = quotes(async (message) => ({ kind: 'uncertain', code: 'ECONNRESET', reason: quoted(message) }));
const throwing = quotes(async (message) => {
  throw new Error(quoted(message), { cause: message });
});

async function drain(): Promise<void> {
  const headers = { authorization: `Bearer ${SECRET}` };
  const { statusCode, body } = await world.server.app.inject({ url: '/jobs/run', headers });
  if (statusCode !== 200) throw new Error(`${statusCode} ${body}`);
}

it('no line of a job, and nothing that the queue keeps of a failure, holds a person or what they are told', async () => {
  await office.call('PATCH', '/v1/settings', {
    company: { legalName: `Company ${CANARY}`, email: `office-${EMAIL}`, phone: PHONE },
  });
  const clientId = v7();
  const client = { name: `Dolores ${CANARY}`, phone: PHONE, whatsappPhone: PHONE, email: EMAIL, address: CANARY };
  await office.push([create('client', clientId, client)]);
  const id = v7();
  const lineItems = [{ description: `Kitchen ${CANARY}`, quantity: 1, unitPrice: 180.5 }];
  await office.push([create('finance_entry', id, { ...INVOICE, title: CANARY, notes: CANARY, lineItems, clientId })]);
  const sent = await office.call<SendResponse>('POST', `/v1/invoices/${id}/send`, {
    channels: ['whatsapp', 'sms', 'email'],
    message: `Thank you, ${CANARY}`,
    includePdf: true,
  });
  expect(sent.status).toBe(202);
  const [notification] = sent.body.notificationIds;
  const status = `/v1/webhooks/twilio?tenant=${world.tenantId}&notification=${notification}`;
  const reports = [
    twilioRequest(status, {
      MessageSid: 'SM1',
      MessageStatus: 'failed',
      ErrorMessage: `${PHONE} ${CANARY}`,
      To: PHONE,
    }),
    twilioRequest('/v1/webhooks/twilio', { MessageSid: 'SM2', From: PHONE, Body: 'STOP' }),
    sendGridRequest([
      {
        event: 'bounce',
        email: EMAIL,
        reason: `${EMAIL} ${CANARY}`,
        sg_event_id: 'E1',
        sg_message_id: 'M1',
        tenant: world.tenantId,
        notification,
        timestamp: Math.floor(Date.now() / 1000),
      },
    ]),
  ];
  for (const { url, headers, body } of reports) {
    expect((await world.server.app.inject({ method: 'POST', url, headers, body })).statusCode).toBe(200);
  }
  lines.length = 0;
  await drain();

  const jobs = lines.map((line) => JSON.parse(line) as { task?: string; msg: string });
  const ran = (task: string, msg: RegExp) => jobs.filter((line) => line.task === task && msg.test(line.msg)).length;
  expect(ran('advance-notification', /^job$/)).toBeGreaterThanOrEqual(2);
  expect(ran('advance-notification', /failed/)).toBeGreaterThanOrEqual(1);
  expect(ran('take-webhook', /^job$/)).toBe(3);
  const owner = world.server.services.jobs?.owner;
  const { rows } = (await owner?.pool.query<{ kept: string }>(
    'select coalesce(last_error, $1) || coalesce(key, $1) as kept from graphile_worker.jobs',
    [''],
  )) ?? { rows: [] };
  expect(rows.some(({ kept }) => kept.includes('Error'))).toBe(true);
  const text = [...lines, ...rows.map(({ kept }) => kept)].join('\n');
  for (const secret of [CANARY, DIGITS, 'Thank you', '180.5']) expect(text).not.toContain(secret);
});
