import { headersOf } from '@backhaul/server/testing';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  create,
  createNeighbour,
  createWorld,
  edit,
  stateOf,
  type SyncClient,
  TASK,
  type World,
} from '../support/sync-client.ts';

let world: World;
let office: SyncClient;
let taskId: string;
beforeAll(async () => {
  world = await createWorld();
  office = world.device();
  taskId = v7();
  await office.push([create('task', taskId, TASK)]);
});
afterAll(() => world.close());

/** One route of each kind: its reads and writes are refused alike. */
const ROUTES = [
  ['POST', '/v1/sync/push'],
  ['GET', '/v1/sync/pull'],
  ['GET', '/v1/tasks'],
  ['GET', '/v1/tasks/:id'],
  ['POST', '/v1/tasks'],
  ['PATCH', '/v1/tasks/:id'],
  ['DELETE', '/v1/tasks/:id'],
] as const;

interface Caller {
  readonly token?: string;
  readonly tenantId?: string;
  readonly deviceId?: string;
}

async function callAll(
  { token, tenantId, deviceId }: Caller,
  expected: { status: number; code: string },
): Promise<void> {
  const before = await stateOf(world);
  for (const [method, url] of ROUTES) {
    const body = url.endsWith('push')
      ? {
          deviceId: deviceId ?? v7(),
          changes: [create('task', v7(), TASK), edit('task', taskId, null, { title: 'x' })],
        }
      : method === 'POST'
        ? TASK
        : { title: 'x' };
    const response = await world.server.app.inject({
      method,
      url: url.replace(':id', taskId),
      headers: {
        ...(token === undefined ? {} : headersOf({ token })),
        ...(tenantId === undefined ? {} : { 'x-tenant-id': tenantId }),
        ...(deviceId === undefined ? {} : { 'x-device-id': deviceId }),
      },
      ...(method === 'POST' || method === 'PATCH' ? { body } : {}),
    });
    const { error } = response.json<{ error?: { code: string } }>();
    expect({ status: response.statusCode, code: error?.code }, `${method} ${url}`).toEqual(expected);
  }
  expect(await stateOf(world)).toEqual(before);
}

describe('tokens', () => {
  const tampered = (token: string) => {
    const [head, claims = '', signature] = token.split('.');
    const altered = {
      ...(JSON.parse(Buffer.from(claims, 'base64url').toString()) as object),
      email: 'boss@example.com',
    };
    return `${head}.${Buffer.from(JSON.stringify(altered)).toString('base64url')}.${signature}`;
  };

  it.each([
    ['none', () => undefined],
    ['nonsense', () => 'x'],
    ['a UUID', () => v7()],
    ['one with other claims', () => tampered(office.token)],
    ['one without its signature', () => office.token.replace(/[^.]*$/, '')],
    [
      'one with another alg',
      () => `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${office.token.split('.')[1]}.`,
    ],
  ])('%s', async (_, make) => {
    const token = make();
    await callAll(
      { ...(token === undefined ? {} : { token }), tenantId: world.tenantId, deviceId: v7() },
      { status: 401, code: 'UNAUTHENTICATED' },
    );
  });

  it('an expired one', async () => {
    const { token } = await world.server.devIssuer.issue(
      { email: 'marta@example.com' },
      new Date(Date.now() - 7_200_000),
    );
    await callAll({ token, tenantId: world.tenantId, deviceId: v7() }, { status: 401, code: 'TOKEN_EXPIRED' });
  });
});

describe('tenants', () => {
  it('none named', () => callAll({ token: office.token }, { status: 400, code: 'TENANT_REQUIRED' }));
  it('none named, by a device that activated none', () =>
    callAll({ token: office.token, deviceId: v7() }, { status: 400, code: 'TENANT_REQUIRED' }));
  it.each(['x', '', '__proto__', "'; drop table tasks"])('named %j', (tenantId) =>
    callAll({ token: office.token, tenantId }, { status: 400, code: 'INVALID_ID' }),
  );
  it('one that does not exist', () =>
    callAll({ token: office.token, tenantId: v7(), deviceId: v7() }, { status: 404, code: 'NOT_FOUND' }));

  it('one that the caller is not in is one that does not exist', async () => {
    const { token } = await createNeighbour(world);
    await callAll({ token, tenantId: world.tenantId, deviceId: v7() }, { status: 404, code: 'NOT_FOUND' });
    const { token: homeless } = await world.server.signIn('nobody@example.com');
    await callAll({ token: homeless, tenantId: world.tenantId, deviceId: v7() }, { status: 404, code: 'NOT_FOUND' });
  });

  it('a stranger that names a device of the tenant learns no more', async () => {
    const { token } = await createNeighbour(world);
    await callAll({ token, tenantId: world.tenantId, deviceId: office.deviceId }, { status: 404, code: 'NOT_FOUND' });
  });
});

describe('members', () => {
  it('that are disabled, until they are active again', async () => {
    const { member } = await world.employee('ana@example.com');
    const device = world.device(member);
    await device.push([]);
    await office.call('PATCH', `/v1/members/${member.userId}`, { status: 'disabled' });
    const caller = { token: member.token, tenantId: world.tenantId, deviceId: device.deviceId };
    await callAll(caller, { status: 403, code: 'MEMBER_DISABLED' });
    await callAll({ ...caller, deviceId: v7() }, { status: 403, code: 'MEMBER_DISABLED' });
    await office.call('PATCH', `/v1/members/${member.userId}`, { status: 'active' });
    expect((await device.pull()).hasMore).toBe(false);
  });

  it('that are no more', async () => {
    const { member } = await world.employee('bea@example.com');
    const device = world.device(member);
    await device.push([]);
    await office.call('DELETE', `/v1/members/${member.userId}`);
    await callAll(
      { token: member.token, tenantId: world.tenantId, deviceId: device.deviceId },
      { status: 404, code: 'NOT_FOUND' },
    );
  });
});

describe('devices', () => {
  it('that are revoked, for good', async () => {
    const device = world.device();
    await device.push([]);
    expect((await office.call('DELETE', `/v1/devices/${device.deviceId}`)).status).toBe(200);
    const caller = { token: office.token, tenantId: world.tenantId, deviceId: device.deviceId };
    await callAll(caller, { status: 403, code: 'DEVICE_REVOKED' });
    const { status, body } = await device.call('POST', `/v1/tenants/${world.tenantId}/activate`, {
      deviceId: device.deviceId,
    });
    expect({ status, body }).toMatchObject({ status: 403, body: { error: { code: 'DEVICE_REVOKED' } } });
    await callAll(caller, { status: 403, code: 'DEVICE_REVOKED' });
    expect((await office.pull()).hasMore).toBe(false);
  });

  it('that are revoked can not hide behind the body of a push', async () => {
    const device = world.device();
    await device.push([]);
    await office.call('DELETE', `/v1/devices/${device.deviceId}`);
    const response = await world.server.app.inject({
      method: 'POST',
      url: '/v1/sync/push',
      headers: headersOf({ token: office.token, tenantId: world.tenantId }),
      body: { deviceId: device.deviceId, changes: [] },
    });
    expect([response.statusCode, response.json<{ error: { code: string } }>().error.code]).toEqual([
      403,
      'DEVICE_REVOKED',
    ]);
  });

  it('of another user, in the same tenant and in another', async () => {
    const { member } = await world.employee('eve@example.com');
    await callAll(
      { token: member.token, tenantId: world.tenantId, deviceId: office.deviceId },
      { status: 403, code: 'DEVICE_MISMATCH' },
    );
    const foreign = await createNeighbour(world);
    await foreign.push([]);
    await callAll(
      { token: member.token, tenantId: world.tenantId, deviceId: foreign.deviceId },
      { status: 403, code: 'DEVICE_MISMATCH' },
    );
  });

  it.each(['x', '', '__proto__'])('named %j', (deviceId) =>
    callAll({ token: office.token, tenantId: world.tenantId, deviceId }, { status: 400, code: 'INVALID_ID' }),
  );
});
