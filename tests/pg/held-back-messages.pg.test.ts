import { advanceNotification } from '@backhaul/server/testing';
import type { MessagePreview, TenantId } from '@backhaul/shared';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Failure } from '../support/billing.ts';
import { createMessageWorld, EMAIL, type MessageWorld, PHONE } from '../support/invoices.ts';
import { edit } from '../support/sync-client.ts';

const now = new Date();
let service: MessageWorld;
let m: MessageWorld;
beforeAll(async () => {
  service = await createMessageWorld({ now: () => now });
});
afterAll(() => service.close());
beforeEach(async () => {
  m = await service.another();
});

describe('an older version of an invoice', () => {
  const amount = async (id: string, value: number) => {
    const { rejected } = await m.office.push([edit('finance_entry', id, await m.versionOf(id), { amount: value })]);
    expect(rejected).toEqual([]);
  };
  const outcomes = async () =>
    (await m.notifications()).map(({ channel, status, code, actions }) => [channel, status, code, actions]);

  it('that has not left yet is refused in the transaction that asks for the newer one', async () => {
    const id = await m.invoice();
    await m.send(id, { channels: ['sms', 'email'] });
    await amount(id, 200);
    await m.send(id);
    // Before any worker has looked; through the other channel it would follow the newer one as well.
    expect(await outcomes()).toEqual([
      ['sms', 'failed', 'SUPERSEDED', []],
      ['email', 'failed', 'SUPERSEDED', []],
      ['sms', 'queued', null, []],
    ]);
    expect((await m.send(id, { channels: ['email'] })).body).toMatchObject({ status: 'queued' });
    expect((await outcomes()).slice(2)).toEqual([
      ['sms', 'queued', null, []],
      ['email', 'queued', null, []],
    ]);
    expect((await m.notifications('?status=failed'))[0]?.reason).toMatch(/newer version/);
    await m.work();
    const texts = (await m.mails()).filter(({ channel }) => channel === 'sms').map(({ text }) => text);
    expect(texts).toEqual([expect.stringContaining('$200.00')]);
  });

  it('that was with its provider is not tried again after the newer one was asked for', async () => {
    const { services } = m.world.server;
    const id = await m.invoice();
    const { body } = await m.send(id);
    const handed: string[] = [];
    const provider = (deliver: () => Promise<unknown>) => ({
      whatsapp: null,
      email: null,
      sms: {
        name: 'double',
        deliver: async () => {
          handed.push('sms');
          await deliver();
          return { kind: 'deferred', code: '503', reason: 'Busy', retryAfterSeconds: null } as const;
        },
        find: async () => ({ kind: 'absent' }) as const,
      },
    });
    const key = { tenantId: m.world.tenantId as TenantId, notificationId: body.notificationIds[0] ?? '' };
    const asksMeanwhile = async () => {
      await amount(id, 200);
      await m.send(id);
    };
    await advanceNotification({ ...services, messengers: provider(asksMeanwhile) }, key);
    expect(await outcomes()).toEqual([
      ['sms', 'queued', '503', []],
      ['sms', 'queued', null, []],
    ]);
    const anHourLater = () => new Date(now.getTime() + 3_600_000);
    await advanceNotification({ ...services, now: anHourLater, messengers: provider(async () => {}) }, key);
    expect(handed).toHaveLength(1);
    expect((await outcomes())[0]).toEqual(['sms', 'failed', 'SUPERSEDED', []]);
  });

  it('of which a copy waits for a wrong address is not sent there once the address is right again', async () => {
    const id = await m.invoice();
    await m.send(id, { channels: ['email'] });
    await m.work();
    const address = async (email: string) => {
      await m.office.push([edit('client', m.clientId, await m.versionOf(m.clientId), { email })]);
    };
    await address('stranger@example.com');
    await m.send(id, { channels: ['email'] });
    await address(EMAIL);
    expect((await m.send(id, { channels: ['email'] })).body.status).toBe('unchanged');
    await m.work();
    expect((await m.mails()).map(({ to }) => to)).toEqual([EMAIL]);
  });

  it('that went out holds back a wrong one which was asked for since, when the invoice is what it was again', async () => {
    const id = await m.invoice();
    await m.send(id);
    await m.work();
    await amount(id, 9000);
    await m.send(id);
    await amount(id, 180.5);
    const preview = async () =>
      (await m.office.call<{ previews: MessagePreview[] }>('POST', `/v1/invoices/${id}/preview`, { channels: ['sms'] }))
        .body.previews[0]?.sent;
    expect(await preview()).toBe(null);
    expect((await m.send(id)).body).toMatchObject({ status: 'unchanged', results: [{ status: 'sent' }] });
    expect(await preview()).toBe('sent');
    await m.work();
    expect((await outcomes()).map(([, status, code]) => [status, code])).toEqual([
      ['sent', null],
      ['failed', 'SUPERSEDED'],
    ]);
  });

  it('does not leave after the newer one, which was asked for while its provider was', async () => {
    const { services } = m.world.server;
    const id = await m.invoice();
    const { body } = await m.send(id);
    let handedOver = 0;
    const busy = {
      name: 'double',
      deliver: async () => {
        handedOver += 1;
        return { kind: 'deferred', code: '503', reason: 'Busy', retryAfterSeconds: null } as const;
      },
      find: async () => {
        await amount(id, 200);
        await m.send(id);
        return { kind: 'absent' } as const;
      },
    };
    const messengers = { whatsapp: null, email: null, sms: busy };
    const key = { tenantId: m.world.tenantId as TenantId, notificationId: body.notificationIds[0] ?? '' };
    await advanceNotification({ ...services, messengers }, key);
    const anHourLater = () => new Date(now.getTime() + 3_600_000);
    await advanceNotification({ ...services, now: anHourLater, messengers }, key);
    expect(handedOver).toBe(1);
    expect((await outcomes())[0]).toEqual(['sms', 'failed', 'SUPERSEDED', []]);
  });

  it('is sent when the invoice is what it was again', async () => {
    const id = await m.invoice();
    await m.send(id);
    await amount(id, 200);
    await m.send(id);
    await amount(id, 180.5);
    expect((await m.send(id)).body).toMatchObject({ status: 'queued', results: [{ repeated: false }] });
    expect((await m.send(id)).body).toMatchObject({ status: 'unchanged', results: [{ repeated: true }] });
    await m.work();
    expect((await m.notifications()).map(({ status, round }) => [status, round])).toEqual([
      ['failed', 1],
      ['failed', 1],
      ['sent', 2],
    ]);
    expect((await m.mails()).map(({ text }) => text)).toEqual([expect.stringContaining('$180.50')]);
  });

  it('that failed can not be sent again once a newer one was asked for', async () => {
    const id = await m.invoice();
    await m.send(id);
    const say = (consent: string) => m.office.call('POST', '/v1/consents', { channel: 'sms', address: PHONE, consent });
    await say('withdrawn');
    await m.work();
    await say('given');
    expect(await outcomes()).toEqual([['sms', 'failed', 'OPTED_OUT', ['resend']]]);
    await amount(id, 200);
    await m.send(id);
    expect((await outcomes())[0]).toEqual(['sms', 'failed', 'OPTED_OUT', []]);
    const [older] = await m.notifications();
    const again = await m.office.call<Failure>('POST', `/v1/notifications/${older?.id}/resend`);
    expect([again.status, again.body.error.code]).toEqual([409, 'NOT_SETTLEABLE']);
  });
});

describe('an invoice that is gone, or none any more, when its message is due', () => {
  it.each([
    ['deleted', (id: string) => m.office.call('DELETE', `/v1/finance-entries/${id}`)],
    ['no invoice', (id: string) => m.office.call('PATCH', `/v1/finance-entries/${id}`, { kind: 'general' })],
    ['for nobody', () => m.office.call('DELETE', `/v1/clients/${m.clientId}`)],
  ] as const)('does not go out: %s', async (_what, happens) => {
    const id = await m.invoice();
    await m.send(id);
    expect((await happens(id)).status).toBe(200);
    await m.work();
    expect(await m.notifications()).toMatchObject([{ status: 'failed', code: 'NOT_SENDABLE', attempts: 0 }]);
    expect((await m.notifications())[0]?.reason).toMatch(/\w/);
    expect(await m.mails()).toEqual([]);
  });
});
