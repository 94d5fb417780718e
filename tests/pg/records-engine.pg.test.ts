import type { ConflictsResponse } from '@backhaul/shared';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { create, createWorld, edit, type SyncClient, TASK, type World } from '../support/sync-client.ts';

let world: World;
let device: SyncClient;
beforeAll(async () => {
  world = await createWorld();
  device = world.device();
});
afterAll(() => world.close());

describe('generic routes and pushes are one engine', () => {
  it('an edit by a route without a device is of somebody else, and meets a device’s edit', async () => {
    const id = v7();
    const made = await device.push([create('task', id, TASK)]);
    const { token, tenantId } = device;
    const patched = await world.server.app.inject({
      method: 'PATCH',
      url: `/v1/tasks/${id}`,
      headers: { authorization: `Bearer ${token}`, 'x-tenant-id': tenantId },
      body: { title: 'From the office' },
    });
    expect(patched.statusCode).toBe(200);
    const answer = await device.push([
      edit('task', id, made.results[0]?.updatedAt ?? null, { title: 'From the field' }),
    ]);
    expect(answer.results).toMatchObject([{ outcome: 'conflict' }]);
    const { body } = await device.call<ConflictsResponse>('GET', `/v1/conflicts?entityId=${id}`);
    expect(body.conflicts).toMatchObject([
      { server: { values: { title: 'From the office' }, device: null, by: { name: 'Marta' } } },
    ]);
  });

  it('there are none for what only the service writes', async () => {
    for (const [method, url] of [
      ['GET', '/v1/attachments'],
      ['POST', '/v1/attachments'],
      ['PATCH', `/v1/attachments/${v7()}`],
    ] as const) {
      expect((await device.call(method, url, method === 'GET' ? undefined : {})).status).toBe(404);
    }
  });

  it('a unique value that is taken is refused in both', async () => {
    const userId = `user_${v7()}`;
    expect((await device.call('POST', '/v1/employees', { name: 'Ana', userId })).status).toBe(201);
    expect(await device.call('POST', '/v1/employees', { name: 'Bea', userId })).toMatchObject({
      status: 409,
      body: { error: { code: 'DUPLICATE_VALUE', details: { fields: ['userId'] } } },
    });
  });
});
