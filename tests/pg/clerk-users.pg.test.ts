import { createDatabase } from '@backhaul/db';
import { createApp } from '@backhaul/server';
import { takeEvent } from '@backhaul/server/testing';
import { v7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMessageWorld, type MessageWorld } from '../support/invoices.ts';
import { CLERK_SECRET, clerkRequest, type SignedRequest } from '../support/provider-signatures.ts';

let service: MessageWorld;
let m: MessageWorld;
beforeAll(async () => {
  service = await createMessageWorld({ config: { clerkWebhookSecret: CLERK_SECRET } });
});
afterAll(() => service.close());
beforeEach(async () => {
  m = await service.another();
});

const post = async ({ url, headers, body }: SignedRequest) =>
  expect((await m.world.server.app.inject({ method: 'POST', url, headers, body })).statusCode).toBe(200);

describe('users of Clerk', () => {
  const updated = (id: string, name: string, at: number) => ({
    type: 'user.updated',
    object: 'event',
    data: {
      id,
      first_name: name,
      last_name: null,
      primary_email_address_id: 'e1',
      email_addresses: [{ id: 'e1', email_address: 'Ana@New.example', verification: { status: 'verified' } }],
      updated_at: at,
    },
  });
  const members = async () =>
    (await m.office.call<{ members: { userId: string; name: string; email: string }[] }>('GET', '/v1/members')).body
      .members;

  const later = (millis: number) => Date.now() + millis;
  const memberOf = async ({ userId }: { readonly userId: string }) =>
    (await members()).find((one) => one.userId === userId);

  /** Any call of a device but the one that lists its tenants. */
  const pull = async (token: string) => {
    const headers = { authorization: `Bearer ${token}`, 'x-tenant-id': m.world.tenantId };
    expect((await m.world.server.app.inject({ url: '/v1/sync/pull', headers })).statusCode).toBe(200);
  };

  const nameOf = async ({ userId }: { readonly userId: string }) => {
    const select = 'select name from users where user_id = $1';
    return (await m.database.owner.pool.query<{ name: string }>(select, [userId])).rows[0]?.name;
  };

  it('a new name and address reach the members’ list; an older report changes nothing', async () => {
    const { member } = await m.world.employee(`ana-${v7()}@example.com`);
    await post(clerkRequest(updated(member.userId, 'Newer', later(2_000))));
    await post(clerkRequest(updated(member.userId, 'Older', later(1_000))));
    await m.takeReports();
    expect(await memberOf(member)).toMatchObject({ name: 'Newer', email: 'ana@new.example' });
  });

  it('a report from before the person signed in with another name changes nothing', async () => {
    const email = `eva-${v7()}@example.com`;
    const { member } = await m.world.employee(email);
    const { token } = await m.world.server.signIn(email, 'Newer');
    const headers = { authorization: `Bearer ${token}` };
    expect((await m.world.server.app.inject({ url: '/v1/tenants', headers })).statusCode).toBe(200);
    await post(clerkRequest(updated(member.userId, 'Older', Date.now() - 60_000)));
    await m.takeReports();
    expect(await memberOf(member)).toMatchObject({ name: 'Newer', email });
    await post(clerkRequest(updated(member.userId, 'Newest', later(1_000))));
    await m.takeReports();
    expect((await memberOf(member))?.name).toBe('Newest');
    // A token from before that, in the hands of a process that has not seen it yet, takes nothing back.
    const restarted = await createApp(m.world.server.services);
    try {
      expect((await restarted.inject({ url: '/v1/tenants', headers })).statusCode).toBe(200);
    } finally {
      await restarted.close();
    }
    expect(await nameOf(member)).toBe('Newest');
  });

  it.each(['the token first', 'the report first'])('a new name reaches the members’ list: %s', async (order) => {
    const email = `gil-${v7()}@example.com`;
    const { member } = await m.world.employee(email);
    const { token } = await m.world.server.signIn(email, 'Newer');
    const report = async () => {
      await post(clerkRequest(updated(member.userId, 'Newer', Date.now() - 60_000)));
      await m.takeReports();
    };
    if (order === 'the report first') await report();
    await pull(token);
    if (order === 'the token first') await report();
    expect(await memberOf(member)).toMatchObject({ name: 'Newer', email });
  });

  it('a token that names nobody takes no name away', async () => {
    const email = `ida-${v7()}@example.com`;
    const { member } = await m.world.employee(email);
    await pull((await m.world.server.signIn(email, 'Ida')).token);
    await pull((await m.world.server.signIn(email)).token);
    expect(await memberOf(member)).toMatchObject({ name: 'Ida', email });
  });

  it('a token from before the report takes nothing back, in the list neither', async () => {
    const email = `hal-${v7()}@example.com`;
    const { member } = await m.world.employee(email);
    const { token } = await m.world.server.signIn(email, 'Older');
    await post(clerkRequest(updated(member.userId, 'Newer', later(60_000))));
    await m.takeReports();
    const headers = { authorization: `Bearer ${token}` };
    expect((await m.world.server.app.inject({ url: '/v1/tenants', headers })).statusCode).toBe(200);
    expect(await memberOf(member)).toMatchObject({ name: 'Newer', email: 'ana@new.example' });
    const made = await m.world.server.createTenant(token, 'Another');
    const select = 'select name from members where tenant_id = $1';
    expect((await m.database.owner.pool.query(select, [made.id])).rows).toEqual([{ name: 'Newer' }]);
  });

  it.each([
    ['when it has noted the name', 0],
    ['when it has found a list that lacks it', 1],
  ])('one that pauses %s while a later one is copied does not come after it', async (_, further) => {
    const { member } = await m.world.employee(`fay-${v7()}@example.com`);
    const { services } = m.world.server;
    const ids = ['Older', 'Newer'].map((name) => `msg_${name}_${v7()}`);
    await post(clerkRequest(updated(member.userId, 'Older', later(1_000)), { id: ids[0] as string }));
    await post(clerkRequest(updated(member.userId, 'Newer', later(2_000)), { id: ids[1] as string }));
    const event = (at: number) => ({ provider: 'clerk', eventId: ids[at] as string });
    const narrow = createDatabase({ connectionString: m.database.appUrl, max: 1 });
    try {
      let connection = await narrow.pool.connect();
      const older = takeEvent({ ...services, database: narrow }, event(0));
      // It gets the one connection for one transaction at a time.
      const step = async () => {
        await vi.waitFor(() => expect(narrow.pool.waitingCount).toBe(1));
        const next = narrow.pool.connect();
        connection.release();
        connection = await next;
      };
      while ((await nameOf(member)) !== 'Older') await step();
      for (let count = 0; count < further; count += 1) await step();
      await takeEvent(services, event(1));
      connection.release();
      expect(await older).toBe(true);
    } finally {
      await narrow.close();
    }
    expect((await memberOf(member))?.name).toBe('Newer');
  });

  it('a deleted user leaves every tenant, but for one who is its last manager', async () => {
    const { member } = await m.world.employee(`bea-${v7()}@example.com`);
    for (const id of [member.userId, m.office.userId]) {
      await post(clerkRequest({ type: 'user.deleted', object: 'event', data: { id, deleted: true } }));
    }
    await m.takeReports();
    expect((await members()).map(({ userId }) => userId)).toEqual([m.office.userId]);
    const { body } = await m.office.call<{ audit: object[] }>('GET', '/v1/audit?entity=member&order=desc&limit=1');
    expect(body.audit).toMatchObject([{ action: 'remove', entityId: member.userId, actor: null }]);
  });
});
