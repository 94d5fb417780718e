import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { addressOf } from '../support/sdk-device.ts';
import { askForStream, openStream, type OpenStream } from '../support/stream-client.ts';
import { create, createWorld, edit, remove, type SyncClient, TASK, type World } from '../support/sync-client.ts';

let world: World;
let address: string;
beforeAll(async () => {
  world = await createWorld();
  address = await addressOf(world);
});
afterAll(() => world.close());

/** A device that holds everything, and listens from there. */
async function listening(
  client: SyncClient = world.device(),
): Promise<{ client: SyncClient; stream: OpenStream; cursor: string }> {
  const { cursor } = await client.pullAll();
  return { client, stream: await openStream(address, client, cursor), cursor };
}

describe('news', () => {
  it('carries exactly what a pull from the same cursor answers', async () => {
    const { client, stream, cursor } = await listening();
    const [kept, removed] = [v7(), v7()];
    const office = world.device();
    const made = await office.push([create('task', kept, TASK), create('task', removed, { ...TASK, notes: 'sealed' })]);
    const event = await stream.next();
    const pulled = await client.pull(cursor);
    expect(event).toEqual({ ...pulled, kind: 'changes', since: cursor, serverTime: expect.any(String) });
    expect(event).toMatchObject({ nextCursor: made.cursor, hasMore: false });

    const version = made.results[1]?.updatedAt as string;
    await office.push([remove('task', removed, version), edit('task', kept, version, { title: 'Doors' })]);
    const next = await stream.next();
    expect(next).toEqual({
      ...(await client.pull(made.cursor)),
      kind: 'changes',
      since: made.cursor,
      serverTime: expect.any(String),
    });
  });

  it('that is long is announced, and what follows it is carried again', async () => {
    const { client, stream, cursor } = await listening();
    const many = await world.device().push(Array.from({ length: 201 }, () => create('task', v7(), TASK)));
    expect(await stream.next()).toEqual({ kind: 'poke', cursor: many.cursor });
    expect((await client.pullAll(cursor)).changes).toHaveLength(201);
    const large = await world
      .device()
      .push(Array.from({ length: 5 }, () => create('task', v7(), { ...TASK, notes: 'x'.repeat(15_000) })));
    expect(await stream.next()).toEqual({ kind: 'poke', cursor: large.cursor });
    await world.device().push([create('task', v7(), TASK)]);
    expect(await stream.next()).toMatchObject({ kind: 'changes', since: large.cursor, changes: [{ op: 'upsert' }] });
  });

  it('of generic routes, restores and other writers comes like that of a push', async () => {
    const { stream } = await listening();
    const office = world.device();
    const made = await office.call<{ id: string }>('POST', '/v1/tasks', { ...TASK, title: 'By hand' });
    expect(await stream.next()).toMatchObject({ changes: [{ entityId: made.body.id, payload: { title: 'By hand' } }] });
    await office.call('DELETE', `/v1/tasks/${made.body.id}`);
    expect(await stream.next()).toMatchObject({ changes: [{ op: 'delete', entityId: made.body.id }] });
  });

  it('that changes nothing sends nothing', async () => {
    const { stream } = await listening();
    const office = world.device();
    const id = v7();
    const made = await office.push([create('task', id, TASK)]);
    await stream.next();
    await office.push([edit('task', id, made.results[0]?.updatedAt as string, { title: TASK.title })]);
    await office.push([create('task', v7(), TASK)]);
    expect(await stream.next()).toMatchObject({ since: made.cursor, changes: [{ op: 'upsert' }] });
    expect(stream.events).toHaveLength(2);
  });

  it('from before the stream is told when it begins', async () => {
    const client = world.device();
    const { cursor } = await client.pullAll();
    const made = await world.device().push([create('task', v7(), TASK)]);
    const stream = await openStream(address, client, cursor);
    expect(await stream.next()).toMatchObject({ kind: 'changes', since: cursor, nextCursor: made.cursor });
  });

  it('begins with a poke for who holds nothing complete', async () => {
    const { cursor } = await world.device().pullAll();
    expect(await (await openStream(address, world.device())).next()).toEqual({ kind: 'poke', cursor });
    const first = await world.device().pull(undefined, 1);
    expect(first.nextCursor).toContain('/');
    expect(await (await openStream(address, world.device(), first.nextCursor)).next()).toEqual({
      kind: 'poke',
      cursor,
    });
  });
});

it('the answer is an event stream that nothing between may hold back', async () => {
  const { stream } = await listening();
  expect(Object.fromEntries(stream.headers)).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
    'x-request-id': expect.any(String),
    'x-content-type-options': 'nosniff',
  });
  expect(stream.headers.get('content-encoding')).toBeNull();
  await vi.waitFor(() => expect(stream.heartbeats).toBe(1));
});

describe('is refused before it begins', () => {
  it.each([
    ['INVALID_CURSOR', 400, 'yesterday'],
    ['RESYNC_REQUIRED', 409, '2999-01-01T00:00:00.000000Z'],
  ])('%s, as a pull is', async (code, status, since) => {
    expect(await askForStream(address, world.device(), since)).toMatchObject({ ok: false, status, code });
  });

  it('for a device that was revoked, a member who was disabled, and a stranger', async () => {
    const office = world.device();
    const { member } = await world.employee('disabled@example.com');
    const [device, other] = [world.device(member), world.device(member)];
    const { cursor } = await device.pullAll();
    await other.pullAll();
    await office.call('DELETE', `/v1/devices/${device.deviceId}`);
    expect(await askForStream(address, device, cursor)).toMatchObject({ status: 403, code: 'DEVICE_REVOKED' });
    await office.call('PATCH', `/v1/members/${member.userId}`, { status: 'disabled' });
    expect(await askForStream(address, other, cursor)).toMatchObject({ status: 403, code: 'MEMBER_DISABLED' });
    await office.call('DELETE', `/v1/members/${member.userId}`);
    expect(await askForStream(address, other, cursor)).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  });

  it('without a device, and as a HEAD', async () => {
    const headers = { authorization: `Bearer ${world.manager.token}`, 'x-tenant-id': world.tenantId };
    const url = `${address}/v1/sync/stream`;
    expect(await (await fetch(url, { headers })).json()).toMatchObject({ error: { code: 'INVALID_REQUEST' } });
    const head = await fetch(url, { headers: { ...headers, 'x-device-id': v7() }, method: 'HEAD' });
    expect(head.status).toBe(404);
  });
});

describe('ends at once', () => {
  it('with `revoked` when its device is revoked, and only that device’s', async () => {
    const { member } = await world.employee('revoked@example.com');
    const revoked = await listening(world.device(member));
    const other = await listening(world.device(member));
    await world.device().call('DELETE', `/v1/devices/${revoked.client.deviceId}`);
    await revoked.stream.ended;
    expect(revoked.stream.events).toEqual([{ kind: 'revoked' }]);
    await world.device().push([create('team', v7(), { name: 'Still here' })]);
    expect(await other.stream.next()).toMatchObject({ kind: 'changes', changes: [{ entity: 'team' }] });
  });

  it.each([
    ['is disabled', 'PATCH', { status: 'disabled' }],
    ['gets another role', 'PATCH', { role: 'manager' }],
    ['is removed', 'DELETE', undefined],
  ] as const)('when its member %s, without another event', async (_, method, body) => {
    const { member } = await world.employee(`${v7()}@example.com`);
    const { stream } = await listening(world.device(member));
    await world.device().call(method, `/v1/members/${member.userId}`, body);
    await stream.ended;
    expect(stream.events).toEqual([]);
  });

  it('I6: when its member’s team changes, before anything of the new scope or the old one is told', async () => {
    const office = world.device();
    const [north, south] = [v7(), v7()];
    await office.push([create('team', north, { name: 'North' }), create('team', south, { name: 'South' })]);
    const { member, employeeId } = await world.employee('moving@example.com', { teamId: north });
    const { stream } = await listening(world.device(member));
    const inTeam = (teamId: string) => create('task', v7(), { ...TASK, teamId });
    await office.push([inTeam(north)]);
    expect(await stream.next()).toMatchObject({ changes: [{ payload: { teamId: north } }] });
    const { body } = await office.call<{ updatedAt: string }>('GET', `/v1/employees/${employeeId}`);
    await office.push([inTeam(north), edit('employee', employeeId, body.updatedAt, { teamId: south }), inTeam(south)]);
    await stream.ended;
    expect(stream.events).toHaveLength(1);
  });

  it('when another stream of its device begins', async () => {
    const first = await listening();
    const second = await openStream(address, first.client, first.cursor);
    await first.stream.ended;
    const made = await world.device().push([create('task', v7(), TASK)]);
    expect(await second.next()).toMatchObject({ nextCursor: made.cursor });
    expect(first.stream.events).toEqual([]);
  });
});

it('I6: each scope is told its own rows and fields, and what a member can not see wakes nobody', async () => {
  const office = await listening();
  const { member, employeeId } = await world.employee('ana@example.com');
  const ana = await listening(world.device(member));
  const writer = world.device();
  const [hers, other] = [v7(), v7()];
  await writer.push([create('task', other, TASK)]);
  await writer.push([create('task', hers, { ...TASK, assignedEmployeeId: employeeId })]);
  const event = await ana.stream.next();
  expect(event).toMatchObject({ kind: 'changes', since: ana.cursor, changes: [{ entityId: hers }] });
  expect(event).toEqual({
    ...(await ana.client.pull(ana.cursor)),
    kind: 'changes',
    since: ana.cursor,
    serverTime: expect.any(String),
  });
  expect(ana.stream.events).toHaveLength(1);
  const seen: string[] = [];
  while (!seen.includes(hers)) {
    const news = await office.stream.next();
    if (news.kind === 'changes') seen.push(...news.changes.map(({ entityId }) => entityId));
  }
  expect(seen).toEqual(expect.arrayContaining([other, hers]));
});
