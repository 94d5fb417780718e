import { advanceNotification } from '@backhaul/server/testing';
import type { MessagePreview, TenantId } from '@backhaul/shared';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMessageWorld, type MessageWorld } from '../support/invoices.ts';
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

async function amount(id: string, value: number): Promise<void> {
  const { rejected } = await m.office.push([edit('finance_entry', id, await m.versionOf(id), { amount: value })]);
  expect(rejected).toEqual([]);
}

/** An invoice of which the right version went out by SMS, then a wrong one through `channel`, and which is right again. */
async function backToFirst(channel: string): Promise<string> {
  const id = await m.invoice();
  await m.send(id);
  await m.work();
  await amount(id, 9000);
  await m.send(id, { channels: [channel] });
  await m.work();
  await amount(id, 180.5);
  return id;
}

describe.each(['sms', 'email'])('where a wrong version followed by %s', (channel) => {
  it('the answer and the preview say that the newest is another, and only who asks for it sends again', async () => {
    const id = await backToFirst(channel);
    const preview = async () => {
      const path = `/v1/invoices/${id}/preview`;
      const { body } = await m.office.call<{ previews: MessagePreview[] }>('POST', path, { channels: ['sms'] });
      return body.previews;
    };
    expect(await preview()).toMatchObject([{ sent: 'sent', newerSent: true }]);
    const first = await m.send(id);
    expect(first.body).toMatchObject({ status: 'unchanged', results: [{ repeated: true, newerSent: true }] });
    const again = await m.send(id, { again: true });
    expect(again.body).toMatchObject({ status: 'queued', results: [{ repeated: false, newerSent: false }] });
    expect(again.body.notificationIds).not.toEqual(first.body.notificationIds);
    // A second click: it is on its way, and nothing followed it.
    const third = await m.send(id, { again: true });
    expect(third.body).toMatchObject({ status: 'unchanged', notificationIds: again.body.notificationIds });
    await m.work();
    expect((await m.send(id, { again: true })).body.status).toBe('unchanged');
    expect(await preview()).toMatchObject([{ sent: 'sent', newerSent: false }]);
    expect((await m.mails()).map(({ text }) => /\$(180\.50|9,000\.00)/.exec(text)?.[0])).toEqual([
      '$180.50',
      '$9,000.00',
      '$180.50',
    ]);
  });
});

describe('I10: asked for again', () => {
  it('sends nothing where nothing followed', async () => {
    const id = await m.invoice();
    const first = await m.send(id, { again: true });
    await m.work();
    const second = await m.send(id, { again: true });
    expect(second.body).toMatchObject({
      status: 'unchanged',
      notificationIds: first.body.notificationIds,
      results: [{ newerSent: false }],
    });
  });

  it('of two at once, one sends', async () => {
    const id = await backToFirst('sms');
    const both = await Promise.all([m.send(id, { again: true }), m.send(id, { again: true })]);
    expect(both.map(({ body }) => body.status).toSorted()).toEqual(['queued', 'unchanged']);
  });

  it('sends nothing where what followed has not left: that is held back', async () => {
    const id = await m.invoice();
    await m.send(id);
    await m.work();
    await amount(id, 9000);
    await m.send(id, { channels: ['email'] });
    await amount(id, 180.5);
    const back = await m.send(id, { again: true });
    expect(back.body).toMatchObject({ status: 'unchanged', results: [{ newerSent: false }] });
    await m.work();
    expect(await m.mails()).toHaveLength(1);
  });
});

const busy = (deliver: () => Promise<unknown>) => ({
  whatsapp: null,
  email: null,
  sms: {
    name: 'double',
    deliver: async () => {
      await deliver();
      return { kind: 'deferred', code: '503', reason: 'Busy', retryAfterSeconds: null } as const;
    },
    find: async () => ({ kind: 'absent' }) as const,
  },
});

/** Asked for while a worker had it in hand; then its turn comes again. */
async function meanwhile(notificationId: string, ask: () => Promise<unknown>): Promise<void> {
  const { services } = m.world.server;
  const key = { tenantId: m.world.tenantId as TenantId, notificationId };
  await advanceNotification({ ...services, messengers: busy(ask) }, key);
  await advanceNotification({ ...services, now: () => new Date(now.getTime() + 3_600_000) }, key);
}

describe('a message that its provider turned down for now', () => {
  it('does not follow a newer version that went through another channel', async () => {
    const id = await m.invoice();
    const { body } = await m.send(id);
    await meanwhile(`${body.notificationIds[0]}`, async () => {
      await amount(id, 200);
      await m.send(id, { channels: ['email'] });
    });
    expect(
      (await m.notifications()).map(({ channel, status, code, actions }) => [channel, status, code, actions]),
    ).toEqual([
      ['sms', 'failed', 'SUPERSEDED', []],
      ['email', 'queued', null, []],
    ]);
  });

  it('goes if the office came back to it while it was in hand', async () => {
    const id = await m.invoice();
    const { body } = await m.send(id);
    await meanwhile(`${body.notificationIds[0]}`, async () => {
      await amount(id, 200);
      await m.send(id);
      await amount(id, 180.5);
      expect((await m.send(id)).body).toMatchObject({ status: 'unchanged', notificationIds: body.notificationIds });
    });
    expect((await m.notifications()).map(({ status, code }) => [status, code])).toEqual([
      ['sent', null],
      ['failed', 'SUPERSEDED'],
    ]);
  });

  it('of another channel that failed is not sent again after a newer version left', async () => {
    const id = await m.invoice();
    const { body } = await m.send(id);
    const { services } = m.world.server;
    const key = { tenantId: m.world.tenantId as TenantId, notificationId: `${body.notificationIds[0]}` };
    const refused = { kind: 'refused', code: '21211', reason: 'No such number' } as const;
    const sms = { ...busy(async () => {}).sms, deliver: async () => refused };
    await advanceNotification({ ...services, messengers: { whatsapp: null, email: null, sms } }, key);
    expect(await m.notifications()).toMatchObject([{ status: 'failed', actions: ['resend'] }]);
    await amount(id, 200);
    await m.send(id, { channels: ['email'] });
    expect(await m.notifications('?status=failed')).toMatchObject([{ actions: [] }]);
    const answer = await m.office.call('POST', `/v1/notifications/${body.notificationIds[0]}/resend`);
    expect(answer.status).toBe(409);
  });
});

describe('a message that failed', () => {
  const refuse = async (notificationId: string): Promise<void> => {
    const email = {
      name: 'double',
      deliver: async () => ({ kind: 'refused', code: '550', reason: 'No such mailbox' }) as const,
      find: async () => ({ kind: 'absent' }) as const,
    };
    const key = { tenantId: m.world.tenantId as TenantId, notificationId };
    await advanceNotification({ ...m.world.server.services, messengers: { whatsapp: null, sms: null, email } }, key);
  };
  const resend = async (id: string) => (await m.office.call('POST', `/v1/notifications/${id}/resend`)).status;

  /** The right version went out by SMS, a wrong one failed by email. */
  async function wrongOneFailed(): Promise<{ readonly id: string; readonly wrong: string }> {
    const id = await m.invoice();
    await m.send(id);
    await m.work();
    await amount(id, 9000);
    const { body } = await m.send(id, { channels: ['email'] });
    const wrong = `${body.notificationIds[0]}`;
    await refuse(wrong);
    return { id, wrong };
  }

  it('is not sent again once the record says something else', async () => {
    const { id, wrong } = await wrongOneFailed();
    await amount(id, 180.5);
    expect((await m.send(id)).body.status).toBe('unchanged');
    expect(await resend(wrong)).toBe(409);
    await m.work();
    expect(await m.mails()).toHaveLength(1);
  });

  it('whose repetition was held back is asked for anew, and has a round of its own', async () => {
    const { id, wrong } = await wrongOneFailed();
    expect(await resend(wrong)).toBe(201);
    await amount(id, 180.5);
    await m.send(id);
    expect(await resend(wrong)).toBe(409);
    await amount(id, 9000);
    expect(await resend(wrong)).toBe(409);
    expect((await m.send(id, { channels: ['email'] })).body.status).toBe('queued');
    const emails = (await m.notifications()).filter(({ channel }) => channel === 'email');
    expect(emails.map(({ status, round }) => [status, round])).toEqual([
      ['failed', 1],
      ['failed', 2],
      ['queued', 3],
    ]);
  });

  it('is not sent again to an address that was corrected', async () => {
    const id = await m.invoice();
    const { body } = await m.send(id, { channels: ['email'] });
    await refuse(`${body.notificationIds[0]}`);
    await m.office.push([
      edit('client', m.clientId, await m.versionOf(m.clientId), { email: 'dolores.haze@example.com' }),
    ]);
    expect(await resend(`${body.notificationIds[0]}`)).toBe(409);
    expect((await m.send(id, { channels: ['email'] })).body.status).toBe('queued');
  });
});

describe('messages of a version of the service that did not name what they say', () => {
  const forget = (id: string) =>
    m.database.owner.pool.query('update notifications set body_hash = null where entity_id = $1', [id]);

  it('are known to be followed', async () => {
    const id = await m.invoice();
    await m.send(id);
    await m.work();
    await forget(id);
    await amount(id, 9000);
    await m.send(id);
    await m.work();
    await amount(id, 180.5);
    expect((await m.send(id, { again: true })).body.status).toBe('queued');
  });

  it('do not follow a newer version, and are not held back by the same', async () => {
    const [id, other] = [await m.invoice(), await m.invoice()];
    const { body } = await m.send(id);
    await meanwhile(`${body.notificationIds[0]}`, async () => {
      await forget(id);
      await amount(id, 200);
      await m.send(id, { channels: ['email'] });
    });
    const outcomes = async (entityId: string) =>
      (await m.notifications(`?entityId=${entityId}`)).map(({ channel, status }) => [channel, status]);
    expect((await outcomes(id))[0]).toEqual(['sms', 'failed']);
    await m.send(other, { channels: ['email'] });
    await forget(other);
    await m.send(other);
    expect(await outcomes(other)).toEqual([
      ['email', 'queued'],
      ['sms', 'queued'],
    ]);
  });
});
