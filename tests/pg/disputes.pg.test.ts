import type { AdjustResponse, AuditResponse } from '@backhaul/shared';
import { v7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMessageWorld, type MessageWorld } from '../support/invoices.ts';
import { stateOf } from '../support/sync-client.ts';

let now = new Date();
const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
let service: MessageWorld;
let m: MessageWorld;
beforeAll(async () => {
  service = await createMessageWorld({ now: () => now });
});
afterAll(() => service.close());
beforeEach(async () => {
  now = new Date();
  m = await service.another();
});

interface Record {
  readonly isDisputed: boolean;
  readonly disputeReason: string | null;
  readonly amount: number;
  readonly updatedAt: string;
  readonly lineItems: readonly object[];
}
interface Failure {
  readonly error: { readonly code: string; readonly details: { readonly [name: string]: unknown } };
}

const record = async (id: string) => (await m.office.call<Record>('GET', `/v1/finance-entries/${id}`)).body;

/** Sends an invoice, and answers the path of the link in the message. */
async function disputable(values: object = {}): Promise<{ id: string; path: string }> {
  const id = await m.invoice({ dueDate: day(3), ...values });
  await m.office.call('POST', `/v1/invoices/${id}/send`, { channels: ['email'] });
  await m.work();
  const text = m.world.server.services.mailbox?.list()[0]?.text ?? '';
  return { id, path: new URL(/http\S+\/d\/\S+/.exec(text)?.[0] ?? '').pathname };
}
const open = (url: string) => m.world.server.app.inject({ url });
const say = (url: string, reason: string) =>
  m.world.server.app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ reason }).toString(),
  });

describe('a dispute', () => {
  it('I11: marks the invoice with the client’s words, audited, and reaches every device', async () => {
    const { id, path } = await disputable();
    const page = await open(path);
    expect([page.statusCode, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.body).toContain('Invoice INV-0001');
    expect(page.body).toContain('$180.50');
    expect(page.body).toContain('<form method="post">');
    expect(page.body).not.toContain('<script');

    const cursor = (await m.office.pullAll()).cursor;
    const taken = await say(path, '  Only <one> window\r\nwas cleaned\u0007  ');
    expect(taken.statusCode).toBe(200);
    expect(taken.body).toContain('Thank you. Shining Homes has been told');
    const pulled = await m.office.pullAll(cursor);
    expect(pulled.changes).toMatchObject([
      { entityId: id, payload: { isDisputed: true, disputeReason: 'Only <one> window\nwas cleaned' } },
    ]);
    const { body } = await m.office.call<AuditResponse>('GET', `/v1/audit?entityId=${id}&order=desc&limit=1`);
    expect(body.audit).toMatchObject([
      { action: 'dispute', actor: null, summary: 'The system took a client’s dispute of a finance entry' },
    ]);
    expect((await open(path)).body).toContain('You can add to what you have said');
  });

  it('keeps everything that is said, once for each press of the button, five times a day', async () => {
    const { id, path } = await disputable();
    await Promise.all([say(path, 'First'), say(path, 'First')]);
    expect((await record(id)).disputeReason).toBe('First');
    for (const reason of ['2', '3', '4', '5']) expect((await say(path, reason)).statusCode).toBe(200);
    const before = await stateOf(m.world);
    const refused = await say(path, '6');
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '86400']);
    expect(refused.body).toContain('several times today');
    expect(await stateOf(m.world)).toEqual(before);
    expect((await record(id)).disputeReason).toBe('First\n\n2\n\n3\n\n4\n\n5');
    // Another invoice has its own count.
    expect((await say((await disputable()).path, 'x')).statusCode).toBe(200);
  });

  it('is refused without words, after the window, and for an invoice that is gone', async () => {
    const { id, path } = await disputable();
    const before = await stateOf(m.world);
    expect((await say(path, ' \n ')).statusCode).toBe(422);
    now = new Date(Date.now() + 40 * 86_400_000);
    for (const answer of [await open(path), await say(path, 'Late')]) {
      expect(answer.statusCode).toBe(200);
      expect(answer.body).toContain('can no longer be disputed here');
    }
    now = new Date();
    expect(await stateOf(m.world)).toEqual(before);
    await m.office.call('DELETE', `/v1/finance-entries/${id}`);
    expect((await say(path, 'Gone')).statusCode).toBe(404);
  });

  it('opens to nobody who guesses, and all guesses are answered alike', async () => {
    const { path } = await disputable();
    const token = path.slice('/d/'.length);
    const bytes = Buffer.from(token, 'base64url');
    // Any byte another: tenant, invoice, expiry, signature.
    const forged = Array.from({ length: bytes.length }, (_, n) => {
      const copy = Buffer.from(bytes);
      copy[n] = (copy[n] ?? 0) ^ 1;
      return copy.toString('base64url');
    });
    const others = [
      'x',
      `${token}A`,
      token.slice(1),
      token.toUpperCase(),
      'A'.repeat(70),
      encodeURIComponent('../'),
      ...forged,
    ];
    const before = await stateOf(m.world);
    const answers = await Promise.all(others.flatMap((guess) => [open(`/d/${guess}`), say(`/d/${guess}`, 'x')]));
    expect(new Set(answers.map(({ statusCode, body }) => `${statusCode} ${body}`)).size).toBe(1);
    expect(answers[0]?.statusCode).toBe(404);
    expect(await stateOf(m.world)).toEqual(before);
  });

  it.each([
    ['text/plain', 'reason=x', 415],
    ['application/json', '{', 400],
    ['application/x-www-form-urlencoded', `reason=${'x'.repeat(20_000)}`, 413],
  ])('takes a form alone: %s', async (type, body, status) => {
    const { path } = await disputable();
    const answer = await m.world.server.app.inject({
      method: 'POST',
      url: path,
      headers: { 'content-type': type },
      body,
    });
    expect(answer.statusCode).toBe(status);
  });
});

describe('an adjustment', () => {
  const adjust = (id: string, body: object) =>
    m.office.call<AdjustResponse & Failure>('POST', `/v1/invoices/${id}/adjust`, body);

  it('adds a line and settles the dispute, until the window is over', async () => {
    const { id, path } = await disputable();
    await say(path, 'Too much');
    const answer = await adjust(id, { description: ' Goodwill ', amount: -20.1, settleDispute: true });
    expect(answer.body).toMatchObject({ id, amount: 160.4, isDisputed: false });
    expect(await record(id)).toMatchObject({
      amount: 160.4,
      isDisputed: false,
      disputeReason: 'Too much',
      lineItems: [{}, {}, { description: 'Goodwill', quantity: 1, unitPrice: -20.1 }],
    });
    const { body } = await m.office.call<AuditResponse>('GET', `/v1/audit?entityId=${id}&order=desc&limit=1`);
    expect(body.audit).toMatchObject([{ action: 'adjust', summary: 'Marta adjusted a finance entry' }]);
    await m.office.call('PATCH', '/v1/settings', { invoices: { disputeWindowDays: 0 } });
    now = new Date(Date.now() + 6 * 86_400_000);
    const late = await adjust(id, { description: 'x', amount: -1 });
    expect([late.status, late.body.error.code]).toEqual([409, 'WINDOW_CLOSED']);
    expect(late.body.error.details.until).toBe(`${day(4)}T12:00:00.000Z`);
  });

  it('the same key is one adjustment, also when it is asked for twice at once, and another request under it is none', async () => {
    const id = await m.invoice();
    const body = { description: 'Goodwill', amount: -20.1, idempotencyKey: 'press-1' };
    const answers = await Promise.all([adjust(id, body), adjust(id, body)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(answers[0]?.body).toEqual(answers[1]?.body);
    expect((await record(id)).lineItems).toHaveLength(3);
    // Whatever has changed since: it answers what the invoice comes to now.
    await adjust(id, { description: 'More', amount: 5, idempotencyKey: 'press-2' });
    expect((await adjust(id, body)).body).toMatchObject({ id, amount: 165.4 });
    for (const [other, changes] of [
      [id, { amount: -21 }],
      [await m.invoice(), {}],
    ] as const) {
      const refused = await adjust(other, { ...body, ...changes });
      expect([refused.status, refused.body.error.code]).toEqual([409, 'IDEMPOTENCY_KEY_REUSED']);
    }
    expect((await record(id)).lineItems).toHaveLength(4);
  });

  it('a key of an adjustment is none of a send, and one that was refused is free', async () => {
    const id = await m.invoice();
    const send = (key: string) =>
      m.office.call<Failure>('POST', `/v1/invoices/${id}/send`, { channels: ['sms'], idempotencyKey: key });
    await send('k');
    const refused = await adjust(id, { description: 'x', amount: 1, idempotencyKey: 'k' });
    expect(refused.body.error.code).toBe('IDEMPOTENCY_KEY_REUSED');
    expect((await adjust(id, { description: 'x', amount: 0.001, idempotencyKey: 'k-2' })).status).toBe(422);
    expect((await adjust(id, { description: 'x', amount: 1, idempotencyKey: 'k-2' })).status).toBe(200);
    expect((await send('k-2')).body.error.code).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  it('is answered again after the invoice was deleted, and the deleted one is not adjusted', async () => {
    const id = await m.invoice();
    const body = { description: 'Goodwill', amount: -20.1, idempotencyKey: 'press-1' };
    const first = await adjust(id, body);
    await m.office.call('DELETE', `/v1/finance-entries/${id}`);
    const again = await adjust(id, body);
    expect([again.status, again.body.amount]).toEqual([200, first.body.amount]);
    const other = await adjust(id, { ...body, idempotencyKey: 'press-2' });
    expect([other.status, other.body.error.code]).toEqual([404, 'NOT_FOUND']);
  });

  it('is refused on an invoice that has as many lines as one may have', async () => {
    const line = { description: 'x', quantity: 1, unitPrice: 1 };
    const id = await m.invoice({ lineItems: Array.from({ length: 500 }, () => line), amount: 500 });
    const refused = await adjust(id, { description: 'x', amount: 1 });
    expect([refused.status, refused.body.error.code]).toEqual([422, 'INVALID_FIELD']);
    expect(refused.body.error.details).toEqual({ fields: ['lineItems'], maxLines: 500 });
  });

  it('is refused on an invoice that somebody changed meanwhile, where the caller says what they saw', async () => {
    const id = await m.invoice();
    const seen = (await record(id)).updatedAt;
    const body = { description: 'Goodwill', amount: -20.1, expectedUpdatedAt: seen };
    const first = await adjust(id, body);
    expect(first.status).toBe(200);
    const again = await adjust(id, body);
    expect([again.status, again.body.error.code]).toEqual([409, 'RECORD_MOVED']);
    expect(again.body.error.details).toEqual({ updatedAt: first.body.updatedAt });
    expect((await adjust(id, { ...body, expectedUpdatedAt: first.body.updatedAt })).status).toBe(200);
    expect((await record(id)).lineItems).toHaveLength(4);
  });

  it.each([
    [{ description: 'x', amount: 0.001 }, 422, 'INVALID_AMOUNT'],
    [{ description: ' ', amount: 1 }, 400, 'INVALID_REQUEST'],
    [{ amount: 1 }, 400, 'INVALID_REQUEST'],
  ])('refuses %j', async (body, status, code) => {
    const answer = await adjust(await m.invoice(), body);
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  });

  it('is of invoices that are there', async () => {
    expect((await adjust(v7(), { description: 'x', amount: 1 })).status).toBe(404);
    expect((await adjust(await m.invoice({ kind: 'general' }), { description: 'x', amount: 1 })).status).toBe(422);
  });
});
