import type { DevicesResponse } from '@backhaul/shared';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { create, createWorld, edit, type SyncClient, TASK, type World } from '../support/sync-client.ts';

let world: World;
let a: SyncClient;
let b: SyncClient;
beforeAll(async () => {
  world = await createWorld();
  a = world.device();
  b = world.device();
  await b.push([]);
});
afterAll(() => world.close());

const outcomes = ({ results }: Awaited<ReturnType<SyncClient['push']>>) => results.map(({ outcome }) => outcome);

describe('a plain client, without a base', () => {
  const HOUR = 3_600_000;
  const at = (offset: number) => new Date(Date.now() + offset).toISOString();
  const plain = (id: string, clientUpdatedAt: string, payload: object) => ({
    op: 'upsert',
    entity: 'task',
    entityId: id,
    clientUpdatedAt,
    payload,
  });

  async function editedTask(): Promise<string> {
    const id = v7();
    const made = await a.push([create('task', id, TASK)]);
    await a.push([edit('task', id, made.results[0]?.updatedAt ?? null, { title: 'Doors' })]);
    return id;
  }

  it.each([
    ['right', 0, true, 0, 'applied'],
    ['an hour ahead, and saying so', HOUR, true, 0, 'applied'],
    ['an hour ahead, and not saying so', HOUR, false, 0, 'applied'],
    ['an hour behind, and saying so', -HOUR, true, 0, 'applied'],
    ['an hour behind, and not saying so', -HOUR, false, 0, 'conflict'],
    ['right, but it edited an hour ago', 0, true, -HOUR, 'conflict'],
    ['an hour ahead, and it edited an hour ago', HOUR, true, -HOUR, 'conflict'],
  ])('that never pulled, with a clock that is %s', async (_, error, says, age, outcome) => {
    const id = await editedTask();
    const answer = await world
      .device()
      .push([plain(id, at(error + age), { title: 'Floors' })], says ? { clientTime: at(error) } : {});
    expect(outcomes(answer)).toEqual([outcome]);
  });

  it('that pulled before the other edit: what it pulled last is its base', async () => {
    const device = world.device();
    const { cursor } = await device.pullAll();
    await device.pull(cursor);
    const id = await editedTask();
    expect(outcomes(await device.push([plain(id, at(0), { title: 'Floors' })]))).toEqual(['conflict']);
  });

  it('that pulled after the other edit: the time of its edit counts', async () => {
    const device = world.device();
    const id = await editedTask();
    const { cursor } = await device.pullAll();
    await device.pull(cursor);
    expect(outcomes(await device.push([plain(id, at(0), { title: 'Floors' })]))).toEqual(['applied']);
    const other = await editedTask();
    expect(outcomes(await device.push([plain(other, at(-HOUR), { title: 'Floors' })]))).toEqual(['conflict']);
  });

  it('that sends the whole record it once saw: only what it changed is an edit', async () => {
    const device = world.device();
    const id = await editedTask();
    const { cursor } = await device.pullAll();
    await device.pull(cursor);
    const { body: seen } = await device.call<Record<string, unknown>>('GET', `/v1/tasks/${id}`);
    await a.push([edit('task', id, seen.updatedAt as string, { title: 'Roof' })]);
    const answer = await device.push([plain(id, at(0), { ...seen, notes: 'key' })]);
    expect(outcomes(answer)).toEqual(['merged']);
    expect(answer.results[0]?.payload).toMatchObject({ title: 'Roof', notes: 'key' });
  });
});

describe('fleet health', () => {
  it('shows what the last push said, and keeps what it did not say', async () => {
    const device = world.device();
    const find = async () =>
      (await a.call<DevicesResponse>('GET', '/v1/devices')).body.devices.find(({ id }) => id === device.deviceId);
    expect(await find()).toBeUndefined();
    const report = {
      appVersion: '1.2.3',
      platform: 'ios',
      pending: 7,
      oldestPendingAt: '2026-11-20T10:00:00.000Z',
      storageUsed: 5_000_000_000,
      storageQuota: 90_000_000_000,
    };
    await device.push([], { device: report, clientTime: new Date(Date.now() - 60_000).toISOString() });
    const first = await find();
    expect(first).toMatchObject({
      ...report,
      oldestPendingAt: expect.stringContaining('2026-11-20T10:00:00'),
      userId: world.manager.userId,
      userName: 'Marta',
      status: 'active',
      lastPushAt: expect.any(String),
      lastPullAt: null,
      pullCursor: null,
    });
    expect(Math.abs((first?.clockOffset ?? 0) - 60_000)).toBeLessThan(5000);

    await device.push([], { device: { pending: 0, oldestPendingAt: null } });
    expect(await find()).toMatchObject({
      appVersion: '1.2.3',
      pending: 0,
      oldestPendingAt: null,
      storageUsed: 5_000_000_000,
      clockOffset: first?.clockOffset,
    });
    const { cursor } = await device.pullAll();
    await device.pull(cursor);
    expect(await find()).toMatchObject({ pullCursor: cursor, lastPullAt: expect.any(String) });
  });
});
