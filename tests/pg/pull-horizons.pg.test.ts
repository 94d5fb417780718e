import { lockTenantClock, purgeTombstones, withTenant } from '@backhaul/db';
import { createTestDatabase } from '@backhaul/db/testing';
import {
  cursorToMicros,
  fieldService,
  microsToCursor,
  parseCursor,
  parseTenantId,
  type PullResponse,
  type TenantId,
} from '@backhaul/shared';
import { v7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  create,
  createWorld,
  edit,
  remove,
  stateOf,
  type SyncClient,
  TASK,
  type World,
} from '../support/sync-client.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let world: World;
let office: SyncClient;
beforeEach(async () => {
  database = await createTestDatabase();
  world = await createWorld({ database: database.app });
  office = world.device();
});
afterEach(async () => {
  await world.close();
  await database.drop();
});

/** As the purge job does it: as the owner, under the tenant clock's lock. */
async function purge(upTo: string): Promise<number> {
  const limit = parseCursor(upTo);
  if (!limit) throw new Error(`No cursor: ${upTo}`);
  return withTenant(database.owner, parseTenantId(world.tenantId) as TenantId, async (tx) => {
    const clock = await lockTenantClock(tx);
    if (!clock) throw new Error('No such tenant');
    const { count } = await purgeTombstones(tx, fieldService, { upTo: limit, limit: 10_000, from: null });
    return count;
  });
}

async function makeTasks(count: number): Promise<{ id: string; version: string }[]> {
  const { results } = await office.push(
    Array.from({ length: count }, (_, index) => create('task', v7(), { ...TASK, title: `task ${index}` })),
  );
  return results.map(({ entityId, updatedAt }) => ({ id: entityId as string, version: updatedAt as string }));
}

async function makeTombstones(count: number): Promise<string> {
  const made = await makeTasks(count);
  const { cursor } = await office.push(made.map(({ id, version }) => remove('task', id, version)));
  return cursor;
}

const move = (cursor: string, micros: bigint): string =>
  microsToCursor(cursorToMicros(parseCursor(cursor) as never) + micros);
const ids = ({ changes }: { changes: PullResponse['changes'] }): string[] => changes.map(({ entityId }) => entityId);

const refusal = async (client: SyncClient, since: string) => {
  const { status, body } = await client.call<{ error?: { code: string } }>(
    'GET',
    `/v1/sync/pull?since=${encodeURIComponent(since)}`,
  );
  return [status, body.error?.code];
};

describe('purges', () => {
  it('do not stop a first pull in pages of 3 through rows older than everything purged', async () => {
    const old = await makeTasks(10);
    expect(await purge(await makeTombstones(5))).toBe(5);
    const first = await world.device().pullAll(undefined, 3);
    expect(ids(first)).toEqual(old.map(({ id }) => id));
    expect(await office.pull(first.cursor)).toMatchObject({ changes: [], hasMore: false });
  });

  it('in the middle of a first pull end it: it may have shown what is gone', async () => {
    await makeTasks(7);
    const doomed = await makeTasks(1);
    const page = await office.pull(undefined, 3);
    await office.push([remove('task', doomed[0]?.id as string, null)]);
    await purge((await stateOf(world)).clock);
    expect(await refusal(office, page.nextCursor)).toEqual([410, 'CURSOR_EXPIRED']);
  });

  it('do not expire a device that was idle since', async () => {
    const cursor = await makeTombstones(2);
    const idle = world.device();
    const held = (await idle.pullAll()).cursor;
    expect(held).toBe(cursor);
    await purge(move(cursor, 3_600_000_000n));
    expect(await idle.pull(held)).toMatchObject({ changes: [], hasMore: false });
    expect(await purge(move(cursor, 7_200_000_000n))).toBe(0);
    expect(await idle.pull(held)).toMatchObject({ changes: [], hasMore: false });
  });

  it('expire every older cursor and no newer one', async () => {
    const before = (await office.pullAll()).cursor;
    const last = await makeTombstones(3);
    await purge(last);
    for (const [since, expected] of [
      [before, [410, 'CURSOR_EXPIRED']],
      [move(last, -1n), [410, 'CURSOR_EXPIRED']],
      [last, [200, undefined]],
    ] as const) {
      expect(await refusal(office, since)).toEqual(expected);
    }
  });

  it('keep tombstones that live rows refer to, and the stub of every other', async () => {
    const [client, other] = [v7(), v7()];
    await office.push([
      create('client', client, { name: 'Ana' }),
      create('client', other, { name: 'Bea' }),
      create('task', v7(), { ...TASK, clientId: client }),
    ]);
    const { results, cursor } = await office.push([remove('client', client, null), remove('client', other, null)]);
    expect(await purge(cursor)).toBe(1);
    const late = await office.push([
      edit('client', other, results[1]?.updatedAt ?? null, { name: 'Ghost' }),
      create('client', other, { name: 'Ghost' }),
      remove('client', other, null),
      { ...create('client', other, { name: 'Ghost' }), baseUpdatedAt: undefined },
      edit('client', client, null, { name: 'Back' }),
    ]);
    expect(late.rejected.map(({ index, code }) => [index, code])).toEqual(
      [0, 1, 2, 3].map((index) => [index, 'RECORD_GONE']),
    );
    expect((await office.call('GET', `/v1/clients/${other}`)).status).toBe(404);
    expect((await office.call('POST', '/v1/clients', { id: other, name: 'Ghost' })).status).toBe(409);
  });
});

describe('resync', () => {
  it('is required ahead of the clock, by a microsecond or by an age', async () => {
    const { clock } = await stateOf(world);
    expect(await refusal(office, clock)).toEqual([200, undefined]);
    for (const since of [
      move(clock, 1n),
      '9999-12-31T23:59:59.999999Z',
      `${clock}/${move(clock, 1n)}`,
      `${move(clock, 1n)}/${clock}`,
    ]) {
      expect(await refusal(office, since), since).toEqual([409, 'RESYNC_REQUIRED']);
    }
  });

  it('is not for cursors from before the tenant existed: those are first pulls', async () => {
    await makeTombstones(1);
    const tasks = await makeTasks(5);
    const since = '1970-01-01T00:00:00.000000Z';
    const first = await office.pull(since, 2);
    expect(ids(first)).toEqual(tasks.slice(0, 2).map(({ id }) => id));
    expect(first.nextCursor).toContain('/');
    expect(ids(await office.pullAll(since))).toEqual(tasks.map(({ id }) => id));
  });

  it('is required after a role change', async () => {
    const { member } = await world.employee('ana@example.com');
    const device = world.device(member);
    const { cursor } = await device.pullAll();
    const page = await office.call('PATCH', `/v1/members/${member.userId}`, { role: 'manager' });
    expect(page.status).toBe(200);
    expect(await refusal(device, cursor)).toEqual([409, 'RESYNC_REQUIRED']);
    const { cursor: fresh } = await device.pullAll();
    expect(await refusal(device, fresh)).toEqual([200, undefined]);
  });

  it.each([
    ['another team', (employee: string, team: string) => edit('employee', employee, null, { teamId: team }), true],
    ['no employee record any more', (employee: string) => remove('employee', employee, null), true],
    [
      'an employee record of somebody else',
      (employee: string) => edit('employee', employee, null, { userId: 'user_else' }),
      true,
    ],
    ['another wage', (employee: string) => edit('employee', employee, null, { hourlyRate: 5 }), false],
    ['the same team, said again', (employee: string) => edit('employee', employee, null, { teamId: null }), false],
  ])('after %s: %#', async (_, change, required) => {
    const team = v7();
    await office.push([create('team', team, { name: 'North' })]);
    const ana = await world.employee('ana@example.com');
    const bea = await world.employee('bea@example.com');
    const [hers, other] = [world.device(ana.member), world.device(bea.member)];
    const cursors = [
      (await hers.pullAll()).cursor,
      (await other.pullAll()).cursor,
      (await office.pullAll()).cursor,
    ] as const;
    expect((await office.push([change(ana.employeeId, team)])).rejected).toEqual([]);
    expect(await refusal(hers, cursors[0])).toEqual(required ? [409, 'RESYNC_REQUIRED'] : [200, undefined]);
    expect(await refusal(other, cursors[1])).toEqual([200, undefined]);
    expect(await refusal(office, cursors[2])).toEqual([200, undefined]);
  });

  it('is required of a first pull under way, too', async () => {
    await makeTasks(5);
    const { member, employeeId } = await world.employee('ana@example.com');
    await office.push(
      Array.from({ length: 5 }, () => create('task', v7(), { ...TASK, assignedEmployeeId: employeeId })),
    );
    const device = world.device(member);
    const page = await device.pull(undefined, 2);
    const team = v7();
    await office.push([create('team', team, { name: 'North' }), edit('employee', employeeId, null, { teamId: team })]);
    expect(await refusal(device, page.nextCursor)).toEqual([409, 'RESYNC_REQUIRED']);
  });
});
