import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, headersOf, type TestApp } from '../testing/index.ts';

let service: TestApp;
let manager: { token: string; userId: string; tenantId: string };
let employee: { token: string; userId: string };
let stranger: { token: string; userId: string };

beforeAll(async () => {
  service = await createTestApp();
  const ana = await service.signIn('ana@example.com', 'Ana');
  manager = { ...ana, tenantId: (await service.createTenant(ana.token, 'Ana cleans')).id };
  employee = await service.addMember(manager, { email: 'eva@example.com', name: 'Eva', role: 'employee' });
  stranger = await service.signIn('sid@example.com');
  await service.createTenant(stranger.token, "Sid's");
});
afterAll(() => service.close());

async function devices(headers: Record<string, string>) {
  const response = await service.app.inject({ url: '/v1/devices', headers });
  return { status: response.statusCode, ...response.json<{ devices?: { id: string }[]; error?: { code: string } }>() };
}

/** The same rule where the hook enforces it and where the transaction does. */
async function outcomes(caller: { token: string; tenantId?: string; deviceId?: string }) {
  const headers = headersOf(caller);
  const calls = [
    { method: 'GET', url: '/v1/devices' },
    { method: 'GET', url: '/v1/members' },
    { method: 'DELETE', url: `/v1/devices/${randomUUID()}` },
    { method: 'PATCH', url: '/v1/members/user_nobody', body: { role: 'employee' } },
    { method: 'DELETE', url: '/v1/members/user_nobody' },
  ] as const;
  const responses = await Promise.all(calls.map((call) => service.app.inject({ ...call, headers })));
  return new Set(responses.map((response) => `${response.statusCode} ${response.json().error?.code ?? ''}`.trim()));
}

test('the tenant must be named, by a UUID', async () => {
  expect(await outcomes({ token: manager.token })).toEqual(new Set(['400 TENANT_REQUIRED']));
  expect(await outcomes({ token: manager.token, tenantId: 'ana' })).toEqual(new Set(['400 INVALID_ID']));
  const inPath = await service.app.inject({
    method: 'POST',
    url: '/v1/tenants/ana/activate',
    headers: headersOf(manager),
    body: { deviceId: randomUUID() },
  });
  expect(inPath.json()).toMatchObject({ error: { code: 'INVALID_ID' } });
});

test('a tenant that one is not in looks like one that does not exist', async () => {
  const foreign = await outcomes({ token: stranger.token, tenantId: manager.tenantId });
  const unknown = await outcomes({ token: stranger.token, tenantId: randomUUID() });
  expect(foreign).toEqual(new Set(['404 NOT_FOUND']));
  expect(unknown).toEqual(foreign);
});

test('strangers can neither invite into a tenant nor activate it', async () => {
  for (const tenantId of [manager.tenantId, randomUUID()]) {
    for (const [action, body] of [
      ['invite', { email: 'x@example.com', role: 'manager' }],
      ['activate', { deviceId: randomUUID() }],
    ] as const) {
      const response = await service.app.inject({
        method: 'POST',
        url: `/v1/tenants/${tenantId}/${action}`,
        headers: headersOf(stranger),
        body,
      });
      expect(response.statusCode).toBe(404);
      expect(response.json()).toMatchObject({ error: { code: 'NOT_FOUND' } });
    }
  }
});

test("an employee is told that the manager's routes are not for them", async () => {
  expect(await outcomes({ token: employee.token, tenantId: manager.tenantId })).toEqual(new Set(['403 FORBIDDEN']));
});

test('a disabled member is told so, and let in again when enabled', async () => {
  const person = await service.addMember(manager, { email: 'dan@example.com', role: 'manager' });
  const setStatus = (status: string) =>
    service.app.inject({
      method: 'PATCH',
      url: `/v1/members/${person.userId}`,
      headers: headersOf(manager),
      body: { status },
    });
  await setStatus('disabled');
  expect(await outcomes({ token: person.token, tenantId: manager.tenantId })).toEqual(new Set(['403 MEMBER_DISABLED']));
  await setStatus('active');
  expect((await devices(headersOf({ token: person.token, tenantId: manager.tenantId }))).status).toBe(200);
});

describe('devices', () => {
  test('one is registered on its first contact', async () => {
    const deviceId = randomUUID();
    const first = await devices(headersOf({ ...manager, deviceId }));
    expect(first.status).toBe(200);
    const { devices: list } = await devices(headersOf(manager));
    expect(list?.map(({ id }) => id)).toContain(deviceId);
  });

  test('its id must be a UUID', async () => {
    expect(await devices(headersOf({ ...manager, deviceId: 'phone' }))).toMatchObject({
      status: 400,
      error: { code: 'INVALID_ID' },
    });
  });

  test('one belongs to its first user, in every tenant, and a refused call does nothing', async () => {
    const deviceId = randomUUID();
    await devices(headersOf({ ...manager, deviceId }));
    const other = await service.addMember(manager, { email: 'max@example.com', role: 'manager' });
    const victim = await service.addMember(manager, { email: 'vic@example.com', role: 'employee' });
    const here = { token: other.token, tenantId: manager.tenantId, deviceId };
    expect(await outcomes(here)).toEqual(new Set(['403 DEVICE_MISMATCH']));

    const elsewhere = { token: other.token, tenantId: (await service.createTenant(other.token, "Max's")).id, deviceId };
    expect(await outcomes(elsewhere)).toEqual(new Set(['403 DEVICE_MISMATCH']));
    const removal = { method: 'DELETE', url: `/v1/members/${victim.userId}` } as const;
    expect((await service.app.inject({ ...removal, headers: headersOf(here) })).statusCode).toBe(403);
    expect((await service.app.inject({ ...removal, headers: headersOf(manager) })).statusCode).toBe(200);
  });

  test('a revoked one is refused everywhere, for good', async () => {
    const deviceId = randomUUID();
    const caller = { ...manager, deviceId };
    await devices(headersOf(caller));
    const revoke = () =>
      service.app.inject({ method: 'DELETE', url: `/v1/devices/${deviceId}`, headers: headersOf(manager) });
    expect((await revoke()).json()).toEqual({ ok: true });
    expect((await revoke()).statusCode).toBe(200);
    expect(await outcomes(caller)).toEqual(new Set(['403 DEVICE_REVOKED']));
    const again = await service.app.inject({
      method: 'POST',
      url: `/v1/tenants/${manager.tenantId}/activate`,
      headers: headersOf(manager),
      body: { deviceId },
    });
    expect(again.json()).toMatchObject({ error: { code: 'DEVICE_REVOKED' } });
    const { devices: list } = await devices(headersOf(manager));
    expect(list).toContainEqual(expect.objectContaining({ id: deviceId, status: 'revoked', userName: 'Ana' }));
  });

  test('an unknown one can not be revoked, nor one of another tenant', async () => {
    const deviceId = randomUUID();
    await devices(headersOf({ ...manager, deviceId }));
    const own = (await service.createTenant(manager.token, 'Second')).id;
    for (const [tenantId, id] of [
      [manager.tenantId, randomUUID()],
      [own, deviceId],
    ]) {
      const headers = headersOf({ token: manager.token, tenantId: tenantId as string });
      const response = await service.app.inject({ method: 'DELETE', url: `/v1/devices/${id}`, headers });
      expect(response.json()).toMatchObject({ error: { code: 'NOT_FOUND' } });
    }
  });
});

const activate = (tenantId: string, token: string, body: object) =>
  service.app.inject({
    method: 'POST',
    url: `/v1/tenants/${tenantId}/activate`,
    headers: headersOf({ token }),
    body,
  });

describe('activation', () => {
  test('calls of the device then need no tenant', async () => {
    const deviceId = randomUUID();
    const response = await activate(manager.tenantId, manager.token, {
      deviceId,
      platform: 'Android 16',
      appVersion: '2.1',
    });
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual({ ok: true });
    const { status, devices: list } = await devices(headersOf({ token: manager.token, deviceId }));
    expect(status).toBe(200);
    expect(list).toContainEqual(expect.objectContaining({ id: deviceId, platform: 'Android 16', appVersion: '2.1' }));
  });

  test('the last one counts, and what an earlier one said stays', async () => {
    const deviceId = randomUUID();
    await activate(manager.tenantId, manager.token, { deviceId, platform: 'iOS' });
    const second = (await service.createTenant(manager.token, 'Third')).id;
    await activate(second, manager.token, { deviceId });
    expect((await devices(headersOf({ token: manager.token, deviceId }))).devices).toHaveLength(1);
    await activate(manager.tenantId, manager.token, { deviceId, appVersion: '3' });
    expect((await devices(headersOf({ token: manager.token, deviceId }))).devices).toContainEqual(
      expect.objectContaining({ id: deviceId, platform: 'iOS', appVersion: '3' }),
    );
  });

  test("another user's activation is of no use", async () => {
    const deviceId = randomUUID();
    await activate(manager.tenantId, manager.token, { deviceId });
    expect(await devices(headersOf({ token: employee.token, deviceId }))).toMatchObject({
      error: { code: 'TENANT_REQUIRED' },
    });
    expect((await activate(manager.tenantId, employee.token, { deviceId })).json()).toMatchObject({
      error: { code: 'DEVICE_MISMATCH' },
    });
  });
});
