import { createSeededRandom } from '@backhaul/server/demo';
import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createPullingClient, freshRecords, type PullingClient } from '../support/pulled-records.ts';
import { create, createWorld, remove, TASK, type World } from '../support/sync-client.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

it('I4: pages of one lose no row and no exit while six devices move tasks about', async () => {
  const { next: random, pick } = createSeededRandom(20_261_124);
  const office = world.device();
  const [north, south] = [v7(), v7()];
  const clients = Array.from({ length: 3 }, () => v7());
  const tasks = Array.from({ length: 12 }, () => v7());
  await office.push([
    ...[north, south].map((team) => create('team', team, { name: 'Team' })),
    ...clients.map((client) => create('client', client, { name: 'Client' })),
  ]);
  const ana = await world.employee('ana@example.com', { teamId: north });
  const bea = await world.employee('bea@example.com', { teamId: south });
  const change = () => {
    const task = pick(tasks);
    if (random() < 0.15) return remove('task', task, null);
    const assignedEmployeeId = pick([null, ana.employeeId, bea.employeeId]);
    const values = { assignedEmployeeId, teamId: pick([null, north, south]), clientId: pick([null, ...clients]) };
    return create('task', task, { ...TASK, ...values });
  };
  const write = async (): Promise<void> => {
    const writer = world.device();
    for (let round = 0; round < 12; round += 1) {
      await writer.push(Array.from({ length: 1 + Math.floor(random() * 3) }, change));
    }
  };
  const readers = [ana.member, bea.member].flatMap((member) =>
    [1, 2].map((limit) => ({ limit, reader: createPullingClient(world.device(member)) })),
  );
  /** Devices that come in the middle of it, so that their first pull is overtaken by what happens. */
  const late: typeof readers = [];
  const done = new AbortController();
  const read = async ({ limit, reader }: (typeof readers)[number]): Promise<void> => {
    while (!done.signal.aborted) await reader.pull(limit);
    await reader.pull(limit);
  };
  const reading = readers.map(read);
  const writing = Promise.all(Array.from({ length: 6 }, write));
  for (let arrival = 0; arrival < 4; arrival += 1) {
    await (readers[0] as (typeof readers)[number]).reader.client.pull();
    const arrived = {
      limit: 1,
      reader: createPullingClient(world.device(arrival % 2 === 0 ? ana.member : bea.member)),
    };
    late.push(arrived);
    reading.push(read(arrived));
  }
  await writing;
  done.abort();
  await Promise.all(reading);

  const fresh = new Map<string, Map<string, string>>();
  for (const { member } of [ana, bea]) fresh.set(member.userId, await freshRecords(world.device(member)));
  for (const { reader } of [...readers, ...late]) {
    expect(sorted(reader.records)).toEqual(sorted(fresh.get(reader.client.userId) ?? new Map()));
    expectOrder(reader);
  }
  const exits = readers.flatMap(({ reader }) => reader.received.filter(({ reason }) => reason === 'scope'));
  expect(exits.length).toBeGreaterThan(50);
}, 120_000);

function expectOrder({ received }: PullingClient): void {
  const versions = received.map(({ updatedAt }) => updatedAt);
  expect(versions).toEqual([...new Set(versions)].toSorted());
}

function sorted(records: ReadonlyMap<string, string>): string[] {
  return [...records].map(([key, payload]) => `${key} ${payload}`).toSorted();
}
