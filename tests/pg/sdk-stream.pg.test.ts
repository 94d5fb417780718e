import type { BackhaulOptions } from '@backhaul/sdk';
import type { SignedIn, TestAppOptions } from '@backhaul/server/testing';
import { v7 } from 'uuid';
import { expect, it, onTestFinished, vi } from 'vitest';
import { openDevice, recordsOn, recordsOnServer, type Database } from '../support/sdk-device.ts';
import { create, createWorld, edit, TASK, type World } from '../support/sync-client.ts';

interface LiveDevice {
  readonly db: Database;
  /** Requests that were made since it opened, by the last part of their path. */
  readonly made: { push: number; pull: number; stream: number };
}

async function start(options: TestAppOptions = {}): Promise<World> {
  const world = await createWorld(options);
  onTestFinished(() => world.close());
  return world;
}

/** A device that syncs by itself and has a stream. Nothing but the stream brings it news: its polls are minutes away. */
async function liveDevice(
  world: World,
  member: SignedIn = world.manager,
  options: Partial<BackhaulOptions> = {},
): Promise<LiveDevice> {
  const made = { push: 0, pull: 0, stream: 0 };
  const { db } = await openDevice(world, member, {
    autoSync: true,
    fetch: (input, init) => {
      const kind = /\/sync\/(\w+)/.exec(input as string)?.[1] as keyof typeof made;
      made[kind] += 1;
      return fetch(input, init);
    },
    random: () => 0,
    ...options,
  });
  onTestFinished(() => db.sync.close());
  await vi.waitFor(() => expect(db.sync.status.get().live).toBe(true), 10_000);
  return { db, made };
}

const shows = (db: Database, id: string, values: object) =>
  vi.waitFor(async () => expect(await db.tasks.get(id)).toMatchObject(values), 10_000);

it('what one device writes appears on another by the stream, and neither pulls', async () => {
  const world = await start();
  const [a, b] = [await liveDevice(world), await liveDevice(world)];
  const pulls = [a.made.pull, b.made.pull];
  const id = v7();
  await a.db.tasks.add({ id, ...TASK, title: 'From a' });
  await shows(b.db, id, { title: 'From a' });
  await b.db.tasks.update(id, { notes: 'From b' });
  await shows(a.db, id, { title: 'From a', notes: 'From b' });
  await a.db.tasks.delete(id);
  await vi.waitFor(async () => expect(await b.db.tasks.get(id)).toBeUndefined());
  expect([a.made.pull, b.made.pull]).toEqual(pulls);
  expect([a.made.push, b.made.push]).toEqual([2, 1]);
  expect(await recordsOn(a.db)).toEqual(await recordsOnServer(world.device()));
});

it.each([
  ['streams alone', 0],
  ['streams, and cycles that race them', 25],
])(
  'I1, I4: 12 writers, and three live devices end with what the server holds, by %s',
  async (_, everyMs) => {
    // Streams end again and again while the writing goes on.
    const world = await start({ streams: { lifetimeMs: 1_500, heartbeatMs: 500 } });
    const { member, employeeId } = await world.employee('ana@example.com');
    const devices = [await liveDevice(world), await liveDevice(world), await liveDevice(world, member)];
    const written = new AbortController();
    const racing = devices.map(async ({ db }) => {
      if (everyMs === 0) return;
      while (!written.signal.aborted) {
        await db.sync.now();
        await new Promise((resolve) => setTimeout(resolve, everyMs));
      }
    });
    const ids = Array.from({ length: 20 }, () => v7());
    const made = await world.device().push(ids.map((id) => create('task', id, TASK)));
    const base = made.results[0]?.updatedAt as string;
    await Promise.all(
      Array.from({ length: 12 }, async (_, writer) => {
        const client = world.device();
        for (let round = 0; round < 6; round += 1) {
          const id = ids[(writer * 7 + round * 3) % ids.length] as string;
          await client.push([
            edit('task', id, base, { title: `${writer}/${round}`, assignedEmployeeId: round % 2 ? employeeId : null }),
            create('task', v7(), { ...TASK, assignedEmployeeId: employeeId }),
          ]);
          await devices[writer % 2]?.db.tasks.update(id, { notes: `${writer}/${round}` });
        }
      }),
    );
    written.abort();
    await Promise.all(racing);
    for (const { db } of devices) await db.sync.whenSynced();
    const office = await recordsOnServer(world.device());
    const hers = await recordsOnServer(world.device(member));
    for (const [index, { db }] of devices.entries()) {
      await vi.waitFor(async () => expect(await recordsOn(db)).toEqual(index === 2 ? hers : office), 15_000);
    }
    for (const { made: requests } of devices) expect(requests.stream).toBeGreaterThan(1);
  },
  120_000,
);

it('a revoked device wipes at once', async () => {
  const world = await start();
  const { member } = await world.employee('ana@example.com');
  const { db } = await liveDevice(world, member);
  expect(await db.employees.count()).toBe(1);
  await world.device().call('DELETE', `/v1/devices/${db.device.id}`);
  await vi.waitFor(() => expect(db.sync.status.get()).toMatchObject({ phase: 'stopped', live: false }));
  await vi.waitFor(async () => expect(await db.employees.count()).toBe(0));
  expect(db.sync.status.get().error).toMatchObject({ code: 'DEVICE_REVOKED' });
});

it('a device whose member gets another role holds the rows of the new scope soon after, and listens again', async () => {
  const world = await start();
  const { member } = await world.employee('ana@example.com');
  await world.device().push([create('task', v7(), TASK)]);
  const device = await liveDevice(world, member);
  expect(await device.db.tasks.count()).toBe(0);
  await world.device().call('PATCH', `/v1/members/${member.userId}`, { role: 'manager' });
  await vi.waitFor(async () => expect(await device.db.tasks.count()).toBe(1), 10_000);
  await vi.waitFor(() => expect(device.db.sync.status.get().live).toBe(true), 10_000);
  await world.device().push([create('task', v7(), TASK)]);
  await vi.waitFor(async () => expect(await device.db.tasks.count()).toBe(2), 10_000);
});

it('news that is too long for the stream arrives all the same', async () => {
  const world = await start();
  const { db, made } = await liveDevice(world);
  const pulls = made.pull;
  await world.device().push(Array.from({ length: 300 }, () => create('task', v7(), TASK)));
  await vi.waitFor(async () => expect(await db.tasks.count()).toBe(300), 10_000);
  expect(made.pull).toBeGreaterThan(pulls);
  const id = v7();
  await world.device().push([create('task', id, TASK)]);
  await shows(db, id, TASK);
});

it('a service without streams is polled', async () => {
  const world = await start({ streams: { max: 0 } });
  const { db } = await openDevice(world, world.manager, { autoSync: true, pollInterval: 40, random: () => 0.5 });
  onTestFinished(() => db.sync.close());
  const id = v7();
  await world.device().push([create('task', id, TASK)]);
  await shows(db, id, TASK);
  expect(db.sync.status.get().live).toBe(false);
});
