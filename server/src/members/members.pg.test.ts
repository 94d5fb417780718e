import { withTenant } from '@backhaul/db';
import { parseTenantId, type TenantId } from '@backhaul/shared';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestApp, headersOf, type TestApp } from '../testing/index.ts';

let service: TestApp;
let manager: { token: string; userId: string; tenantId: string };

beforeAll(async () => {
  service = await createTestApp();
});
afterAll(() => service.close());
beforeEach(async () => {
  const ana = await service.signIn('ana@example.com', 'Ana');
  manager = { ...ana, tenantId: (await service.createTenant(ana.token, 'Ana cleans')).id };
});

async function patch(userId: string, body: object, caller: { token: string; tenantId: string } = manager) {
  const response = await service.app.inject({
    method: 'PATCH',
    url: `/v1/members/${userId}`,
    headers: headersOf(caller),
    body,
  });
  return { status: response.statusCode, body: response.json() };
}

async function remove(userId: string, caller: { token: string; tenantId: string } = manager) {
  const response = await service.app.inject({
    method: 'DELETE',
    url: `/v1/members/${userId}`,
    headers: headersOf(caller),
  });
  return { status: response.statusCode, body: response.json() };
}

const inTenant = <T>(work: Parameters<typeof withTenant<T>>[2]) =>
  withTenant(service.services.database, parseTenantId(manager.tenantId) as TenantId, work);

const stored = (userId: string) =>
  inTenant((tx) =>
    tx.db
      .selectFrom('members')
      .innerJoin('tenant_clocks', 'tenant_clocks.tenant_id', 'members.tenant_id')
      .select(['role', 'status', 'scope_version as scopeVersion', 'clock'])
      .where('user_id', '=', userId as never)
      .executeTakeFirst(),
  );

const lastManager = { status: 409, body: { error: { code: 'LAST_MANAGER' } } };

test('the last manager can be neither demoted, disabled nor removed', async () => {
  await service.addMember(manager, { email: 'eva@example.com', role: 'employee' });
  expect(await patch(manager.userId, { role: 'employee' })).toMatchObject(lastManager);
  expect(await patch(manager.userId, { status: 'disabled' })).toMatchObject(lastManager);
  expect(await remove(manager.userId)).toMatchObject(lastManager);
  expect(await stored(manager.userId)).toMatchObject({ role: 'manager', status: 'active' });
});

test('a disabled manager is not one who could be left', async () => {
  const second = await service.addMember(manager, { email: 'bo@example.com', role: 'manager' });
  await patch(second.userId, { status: 'disabled' });
  expect(await remove(manager.userId)).toMatchObject(lastManager);
  await patch(second.userId, { status: 'active' });
  expect(await remove(manager.userId)).toEqual({ status: 200, body: { ok: true } });
});

test('two managers who demote each other at once: one of them stays', async () => {
  const second = await service.addMember(manager, { email: 'bo@example.com', role: 'manager' });
  const other = { token: second.token, tenantId: manager.tenantId };
  const results = await Promise.all([
    patch(second.userId, { role: 'employee' }),
    patch(manager.userId, { role: 'employee' }, other),
  ]);
  expect(results.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 403]);
});

test('another role is a scope of its own: the devices must pull anew', async () => {
  const person = await service.addMember(manager, { email: 'eva@example.com', name: 'Eva', role: 'employee' });
  const before = await stored(person.userId);
  expect(await patch(person.userId, { role: 'manager' })).toMatchObject({
    status: 200,
    body: {
      userId: person.userId,
      name: 'Eva',
      email: 'eva@example.com',
      role: 'manager',
      status: 'active',
      employeeId: null,
    },
  });
  const after = await stored(person.userId);
  expect(after?.scopeVersion).toBe(after?.clock);
  expect(`${after?.scopeVersion}` > `${before?.scopeVersion}`).toBe(true);
});

test('another status leaves the scope alone', async () => {
  const person = await service.addMember(manager, { email: 'eva@example.com', role: 'employee' });
  const before = await stored(person.userId);
  await patch(person.userId, { status: 'disabled' });
  expect(await stored(person.userId)).toMatchObject({ status: 'disabled', scopeVersion: before?.scopeVersion });
});

test('a change that changes nothing writes nothing', async () => {
  const before = await stored(manager.userId);
  expect((await patch(manager.userId, { role: 'manager', status: 'active' })).status).toBe(200);
  expect(await stored(manager.userId)).toEqual(before);
});

test('every change is in the audit log, with its own version', async () => {
  const person = await service.addMember(manager, { email: 'eva@example.com', name: 'Eva', role: 'employee' });
  await patch(person.userId, { role: 'manager', status: 'disabled' });
  await remove(person.userId);
  const rows = await inTenant((tx) =>
    tx.db
      .selectFrom('audit')
      .select(['action', 'actor_user_id as actor', 'changes', 'version'])
      .where('entity_id', '=', person.userId)
      .orderBy('version')
      .execute(),
  );
  expect(rows).toEqual([
    {
      action: 'join',
      actor: person.userId,
      version: expect.any(String),
      changes: { name: { from: null, to: 'Eva' }, role: { from: null, to: 'employee' } },
    },
    {
      action: 'update',
      actor: manager.userId,
      version: expect.any(String),
      changes: { role: { from: 'employee', to: 'manager' }, status: { from: 'active', to: 'disabled' } },
    },
    {
      action: 'remove',
      actor: manager.userId,
      version: expect.any(String),
      changes: { name: { from: 'Eva', to: null }, role: { from: 'manager', to: null } },
    },
  ]);
  expect(new Set(rows.map(({ version }) => version)).size).toBe(3);
  expect((await stored(manager.userId))?.clock).toBe(rows.at(-1)?.version);
});

test('who left is out, at once', async () => {
  const person = await service.addMember(manager, { email: 'eva@example.com', role: 'manager' });
  await remove(person.userId);
  expect((await remove(person.userId)).status).toBe(404);
  const headers = headersOf({ token: person.token, tenantId: manager.tenantId });
  expect((await service.app.inject({ url: '/v1/members', headers })).statusCode).toBe(404);
});

test('unknown people and malformed patches', async () => {
  expect((await patch('user_nobody', { role: 'employee' })).status).toBe(404);
  expect((await patch('%E2%82%AC', { role: 'employee' })).status).toBe(404);
  expect((await patch(manager.userId, {})).body).toMatchObject({ error: { code: 'INVALID_REQUEST' } });
  expect((await patch(manager.userId, { status: 'invited' })).status).toBe(400);
});

test('a new name and email of a member are followed', async () => {
  const ana = await service.signIn('ana@example.com', 'Ana Maria');
  // With the new token alone: the old one may be of the same second.
  const headers = headersOf({ token: ana.token, tenantId: manager.tenantId });
  const response = await service.app.inject({ url: '/v1/members', headers });
  expect(response.json()).toMatchObject({ members: [{ userId: manager.userId, name: 'Ana Maria' }] });
});
