import { v7 } from 'uuid';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { countTombstones, daysPass } from '../support/horizon.ts';
import { create, createWorld, remove, stateOf, type SyncClient, TASK, type World } from '../support/sync-client.ts';

const CRON_SECRET = 'known-to-the-scheduler';
const DAY = 86_400_000;

let passed = 0;
let world: World;
let office: SyncClient;
beforeEach(async () => {
  passed = 0;
  world = await createWorld({ now: () => new Date(Date.now() + passed), config: { cronSecret: CRON_SECRET } });
  office = world.device();
});
afterEach(() => world.close());

/** What a platform's scheduler does every night. */
async function night(): Promise<unknown> {
  const response = await world.server.app.inject({
    url: '/jobs/run',
    headers: { authorization: `Bearer ${CRON_SECRET}` },
  });
  expect(response.statusCode).toBe(200);
  return response.json();
}

/** When a job is due is PostgreSQL's to say, whose clock no test moves. */
async function aDayPassesForTheQueue(): Promise<void> {
  const { jobs } = world.server.services;
  await jobs?.owner.pool.query(`update graphile_worker._private_jobs set run_at = now()`);
}

it('forgets what is beyond the horizon, in every tenant that has any', async () => {
  const made = await office.push([1, 2, 3].map(() => create('task', v7(), TASK)));
  await office.push(made.results.map(({ entityId, updatedAt }) => remove('task', entityId as string, updatedAt)));
  const { id: other } = await world.server.createTenant(world.manager.token, 'Another');
  const neighbour: World = { ...world, tenantId: other };
  expect(await night()).toEqual({ succeeded: 10, failed: 0, complete: true });
  expect(await countTombstones(world)).toMatchObject({ tombstones: 3, stubs: 0 });

  await daysPass(world, 91);
  // Once a day, however often it is called.
  expect(await night()).toEqual({ succeeded: 0, failed: 0, complete: true });
  expect(await countTombstones(world)).toMatchObject({ tombstones: 3 });
  await aDayPassesForTheQueue();
  expect(await night()).toEqual({ succeeded: 10, failed: 0, complete: true });
  expect(await countTombstones(world)).toMatchObject({ tombstones: 0, stubs: 3 });
  expect(await countTombstones(neighbour)).toMatchObject({ tombstones: 0, stubs: 0, purgedTo: null });
});

it('removes receipts after 400 days, and a change that is sent again then does no harm', async () => {
  const device = world.device();
  const change = create('task', v7(), TASK);
  await device.push([change]);
  passed = 399 * DAY;
  const young = create('task', v7(), TASK);
  await device.push([young]);
  await night();
  expect((await stateOf(world)).receipts).toEqual(2);
  passed = 401 * DAY;
  await aDayPassesForTheQueue();
  await night();
  expect((await stateOf(world)).receipts).toEqual(1);
  const before = await stateOf(world);
  const again = await device.push([change, young]);
  expect(again.results.map(({ outcome }) => outcome)).toEqual(['unchanged', 'applied']);
  expect(await stateOf(world)).toEqual({ ...before, receipts: 2 });
});
