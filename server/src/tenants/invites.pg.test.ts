import { randomUUID } from 'node:crypto';
import { withTenant } from '@backhaul/db';
import { parseTenantId, type TenantId } from '@backhaul/shared';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp, headersOf, type TestApp } from '../testing/index.ts';

const DAY = 86_400_000;

let service: TestApp;
let clock = Date.now();
let sending: 'works' | 'fails' = 'works';
let manager: { token: string; userId: string; tenantId: string };

beforeAll(async () => {
  service = await createTestApp({
    now: () => new Date(clock),
    services: ({ invitations }) => ({
      invitations: {
        send: (invitation) =>
          sending === 'works' ? invitations.send(invitation) : Promise.reject(new Error('provider is down')),
      },
    }),
  });
  const ana = await service.signIn('ana@example.com', 'Ana');
  manager = { ...ana, tenantId: (await service.createTenant(ana.token, 'Ana cleans')).id };
});
afterAll(() => service.close());
beforeEach(() => {
  sending = 'works';
});

let people = 0;
/** An email that nobody has used. */
function freshEmail(): string {
  people += 1;
  return `person${people}@example.com`;
}

async function invite(body: object, caller: { token: string; tenantId: string } = manager) {
  const url = `/v1/tenants/${caller.tenantId}/invite`;
  const response = await service.app.inject({ method: 'POST', url, headers: headersOf(caller), body });
  return { ...response.json<{ inviteId?: string; error?: { code: string } }>(), status: response.statusCode };
}

async function tenantsOf(token: string) {
  const response = await service.app.inject({ url: '/v1/tenants', headers: headersOf({ token }) });
  return response.json<{ tenants: { id: string; role: string; status: string }[] }>().tenants;
}

async function members() {
  const response = await service.app.inject({ url: '/v1/members', headers: headersOf(manager) });
  return response.json<{ members: Record<string, unknown>[] }>().members;
}

async function actions(entityId: string) {
  return withTenant(service.services.database, parseTenantId(manager.tenantId) as TenantId, (tx) =>
    tx.db
      .selectFrom('audit')
      .select(['entity', 'action'])
      .where('entity_id', '=', entityId)
      .orderBy('version')
      .execute(),
  );
}

test('an invite becomes a membership with the first list of tenants, once', async () => {
  const email = freshEmail();
  const created = await invite({ email, role: 'employee' });
  expect(created).toMatchObject({ status: 201, inviteId: expect.any(String) });
  expect(await members()).toContainEqual(
    expect.objectContaining({ email, userId: null, status: 'invited', role: 'employee' }),
  );

  const person = await service.signIn(email, 'Paul');
  const expected = [{ id: manager.tenantId, name: 'Ana cleans', role: 'employee', status: 'active' }];
  expect(await tenantsOf(person.token)).toEqual(expected);
  expect(await tenantsOf(person.token)).toEqual(expected);
  const listed = (await members()).filter((member) => member.email === email);
  expect(listed).toEqual([expect.objectContaining({ userId: person.userId, name: 'Paul', status: 'active' })]);
  expect(await actions(created.inviteId ?? '')).toEqual([{ entity: 'invite', action: 'invite' }]);
  expect(await actions(person.userId)).toEqual([{ entity: 'member', action: 'join' }]);
});

test('two first calls at once make one membership', async () => {
  const email = freshEmail();
  await invite({ email, role: 'employee' });
  const { token, userId } = await service.signIn(email);
  const lists = await Promise.all([tenantsOf(token), tenantsOf(token), tenantsOf(token)]);
  expect(lists.map((list) => list.length)).toEqual([1, 1, 1]);
  expect(await actions(userId)).toHaveLength(1);
});

test('the invited person is written to', async () => {
  const email = freshEmail();
  await invite({ email, role: 'employee' });
  const response = await service.app.inject({ url: '/dev/mailbox' });
  const [newest] = response.json<{ messages: Record<string, string>[] }>().messages;
  expect(newest).toMatchObject({ to: email, subject: 'Join Ana cleans' });
  expect(newest?.text).toContain('Ana invites you to Ana cleans');
});

test('the letter case of an email does not matter', async () => {
  const email = freshEmail();
  await invite({ email: email.toUpperCase(), role: 'employee' });
  expect(await invite({ email, role: 'employee' })).toMatchObject({ status: 409, error: { code: 'INVITE_PENDING' } });
  expect(await tenantsOf((await service.signIn(email.toUpperCase())).token)).toHaveLength(1);
});

test('one pending invite per email; a member is not invited', async () => {
  const email = freshEmail();
  await invite({ email, role: 'employee' });
  expect(await invite({ email, role: 'manager' })).toMatchObject({ status: 409, error: { code: 'INVITE_PENDING' } });
  await tenantsOf((await service.signIn(email)).token);
  expect(await invite({ email, role: 'manager' })).toMatchObject({ status: 409, error: { code: 'ALREADY_MEMBER' } });
  expect(await invite({ email: 'ana@example.com', role: 'employee' })).toMatchObject({
    error: { code: 'ALREADY_MEMBER' },
  });
});

test('of two invites to one email at once, one is made', async () => {
  const email = freshEmail();
  const results = await Promise.all([1, 2, 3].map(() => invite({ email, role: 'employee' })));
  expect(results.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409]);
});

test('an email that nobody has verified takes up nothing', async () => {
  const email = freshEmail();
  await invite({ email, role: 'manager' });
  const claimed = await service.devIssuer.issue({ email, emailVerified: false }, new Date());
  expect(await tenantsOf(claimed.token)).toEqual([]);
  expect(await tenantsOf((await service.signIn(email)).token)).toHaveLength(1);
});

describe('after 14 days', () => {
  test('an invite is worth nothing and makes room for another', async () => {
    const email = freshEmail();
    await invite({ email, role: 'manager' });
    clock += 14 * DAY + 1;
    const person = await service.signIn(email);
    expect(await tenantsOf(person.token)).toEqual([]);
    expect((await members()).filter((member) => member.email === email)).toEqual([]);

    expect(await invite({ email, role: 'employee' })).toMatchObject({ status: 201 });
    expect(await tenantsOf(person.token)).toMatchObject([{ role: 'employee' }]);
  });

  test('and one second before, it still holds', async () => {
    const email = freshEmail();
    await invite({ email, role: 'employee' });
    clock += 14 * DAY - 1000;
    expect(await tenantsOf((await service.signIn(email)).token)).toHaveLength(1);
  });
});

test('when the message can not be sent the invite is withdrawn and can be repeated', async () => {
  const email = freshEmail();
  sending = 'fails';
  expect(await invite({ email, role: 'employee' })).toMatchObject({ status: 503, error: { code: 'UNAVAILABLE' } });
  expect((await members()).filter((member) => member.email === email)).toEqual([]);
  expect(await tenantsOf((await service.signIn(email)).token)).toEqual([]);
  sending = 'works';
  expect(await invite({ email, role: 'employee' })).toMatchObject({ status: 201 });
});

test('a person who was removed can be invited again', async () => {
  const email = freshEmail();
  const person = await service.addMember(manager, { email, role: 'manager' });
  await service.app.inject({ method: 'DELETE', url: `/v1/members/${person.userId}`, headers: headersOf(manager) });
  expect(await tenantsOf(person.token)).toEqual([]);
  expect(await invite({ email, role: 'employee' })).toMatchObject({ status: 201 });
  expect(await tenantsOf(person.token)).toMatchObject([{ role: 'employee' }]);
});

test('only managers invite', async () => {
  const person = await service.addMember(manager, { email: freshEmail(), role: 'employee' });
  const caller = { token: person.token, tenantId: manager.tenantId };
  expect(await invite({ email: freshEmail(), role: 'manager' }, caller)).toMatchObject({
    status: 403,
    error: { code: 'FORBIDDEN' },
  });
});

test('a malformed invite is refused', async () => {
  for (const body of [{}, { email: 'nobody', role: 'employee' }, { email: freshEmail(), role: 'owner' }]) {
    expect(await invite(body)).toMatchObject({ status: 400, error: { code: 'INVALID_REQUEST' } });
  }
});

async function employeeRecord(): Promise<string> {
  const response = await service.app.inject({
    method: 'POST',
    url: '/v1/employees',
    headers: headersOf(manager),
    body: { name: 'Rita' },
  });
  expect(response.statusCode).toBe(201);
  return response.json<{ id: string }>().id;
}

async function userOf(id: string) {
  const response = await service.app.inject({ url: `/v1/employees/${id}`, headers: headersOf(manager) });
  return response.json<{ userId: string | null }>().userId;
}

describe('an invite for an employee record', () => {
  test('links the record to the member', async () => {
    const employeeId = await employeeRecord();
    const email = freshEmail();
    const person = await service.addMember(manager, { email, role: 'employee', employeeId });
    expect(await userOf(employeeId)).toBe(person.userId);
    expect(await members()).toContainEqual(expect.objectContaining({ userId: person.userId, employeeId }));
  });

  test('is refused for a record that is unknown or somebody else', async () => {
    const employeeId = await employeeRecord();
    await service.addMember(manager, { email: freshEmail(), role: 'employee', employeeId });
    expect(await invite({ email: freshEmail(), role: 'employee', employeeId })).toMatchObject({
      status: 409,
      error: { code: 'DUPLICATE_VALUE' },
    });
    expect(await invite({ email: freshEmail(), role: 'employee', employeeId: randomUUID() })).toMatchObject({
      status: 422,
      error: { code: 'MISSING_REFERENCE' },
    });
  });

  test('still makes a member when the record is gone by then', async () => {
    const employeeId = await employeeRecord();
    const email = freshEmail();
    await invite({ email, role: 'employee', employeeId });
    await service.app.inject({ method: 'DELETE', url: `/v1/employees/${employeeId}`, headers: headersOf(manager) });
    expect(await tenantsOf((await service.signIn(email)).token)).toHaveLength(1);
  });
});
