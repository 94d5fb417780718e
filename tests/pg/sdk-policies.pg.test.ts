import type { Conflict, ConflictsResponse } from '@backhaul/shared';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDevice, recordsOn, recordsOnServer, type SdkDevice } from '../support/sdk-device.ts';
import { createWorld, TASK, type World } from '../support/sync-client.ts';

/** Milliseconds by which the test has let time pass, for the service and for every device. */
let passed = 0;
const trueTime = () => Date.now() + passed;
const aMinutePasses = () => {
  passed += 60_000;
};

let world: World;
beforeAll(async () => {
  world = await createWorld({ now: () => new Date(trueTime()) });
});
afterAll(() => world.close());

const YEAR = 365 * 86_400_000;

/** A device whose clock is off by `ahead` milliseconds, which a test may change. */
async function deviceAhead(ahead: number): Promise<SdkDevice & { clock: { ahead: number } }> {
  const clock = { ahead };
  const device = await openDevice(world, world.manager, { now: () => trueTime() + clock.ahead });
  // Its first contact tells it how far its clock is off.
  await device.sync();
  return { ...device, clock };
}

async function conflictsOf(id: string): Promise<Conflict[]> {
  return (await world.device().call<ConflictsResponse>('GET', `/v1/conflicts?entityId=${id}`)).body.conflicts;
}

async function expectEqual(devices: readonly SdkDevice[]): Promise<void> {
  const server = await recordsOnServer(world.device());
  for (const { db } of devices) expect(await recordsOn(db)).toEqual(server);
}

const RECORDS = {
  employees: { name: 'Ana', hourlyRate: 10 },
  serviceTypes: { name: 'Windows', basePrice: 10, currency: 'usd' },
  financeEntries: {
    title: 'Invoice',
    amount: 100,
    type: 'receivable',
    dueDate: '2026-12-01',
    status: 'pending',
    currency: 'usd',
    kind: 'invoiceClient',
  },
  tasks: TASK,
} as const;

describe('two devices that edit one field offline', () => {
  it.each([
    ['tasks', 'notes', 'clientWins', 'first', 'second', 'second'],
    ['tasks', 'status', 'latestEdit', 'inProgress', 'completed', 'second'],
    ['employees', 'hourlyRate', 'serverWins', 11, 12, 'first'],
    ['serviceTypes', 'basePrice', 'serverWins', 11, 12, 'first'],
    ['financeEntries', 'amount', 'ask', 101, 102, 'first'],
    [
      'financeEntries',
      'lineItems',
      'ask',
      [{ description: 'one', quantity: 1, unitPrice: 1 }],
      [{ description: 'two', quantity: 1, unitPrice: 2 }],
      'first',
    ],
  ] as const)(
    '%s.%s, %s: end equal, and the loser knows from the push',
    async (table, field, policy, first, second, winner) => {
      const [a, b] = [await openDevice(world), await openDevice(world)];
      const id = v7();
      await a.db.table(table).add({ id, ...RECORDS[table] });
      await a.sync();
      await b.sync();
      await a.db.table(table).update(id, { [field]: first });
      await b.db.table(table).update(id, { [field]: second });
      await a.sync();
      // The push arrives and the line breaks before the pull: what the device shows then it has from the push's answer.
      b.line.afterPush = async () => {
        b.line.isOffline = true;
      };
      await b.trySync();
      const stands = winner === 'first' ? first : second;
      expect((await b.db.table(table).get(id))[field]).toEqual(stands);
      expect(await b.db.conflicts.toArray()).toMatchObject([
        { entityId: id, fields: [field], winner: winner === 'first' ? 'server' : 'client' },
      ]);
      expect(b.db.sync.status.get().pending).toBe(0);
      expect(await conflictsOf(id)).toMatchObject([{ policy, status: 'open' }]);
      b.line.afterPush = null;
      b.line.isOffline = false;
      for (const device of [b, a]) await device.sync();
      await expectEqual([a, b]);
    },
  );
});

describe('the later edit wins, by the true time', () => {
  it.each([
    ['in order', [0, 1, 2]],
    ['in reverse', [2, 1, 0]],
    ['the winner in between', [0, 2, 1]],
  ])('between clocks that are ten years ahead, ten behind and right, arriving %s', async (_, order) => {
    const [ahead, behind, right] = [await deviceAhead(10 * YEAR), await deviceAhead(-10 * YEAR), await deviceAhead(0)];
    const devices = [ahead, behind, right];
    const id = v7();
    await right.db.tasks.add({ id, ...TASK });
    for (const device of [right, ahead, behind]) await device.sync();
    await ahead.db.tasks.update(id, { status: 'inProgress' });
    aMinutePasses();
    await right.db.tasks.update(id, { status: 'canceled' });
    aMinutePasses();
    await behind.db.tasks.update(id, { status: 'completed' });
    for (const index of order) await devices[index]?.sync();
    for (const device of devices) await device.sync();
    expect(await behind.db.tasks.get(id)).toMatchObject({ status: 'completed' });
    await expectEqual(devices);
  });

  it('also when its author goes on in other fields before it is sent', async () => {
    const [busy, other] = [await deviceAhead(0), await deviceAhead(0)];
    const id = v7();
    await other.db.tasks.add({ id, ...TASK });
    for (const device of [other, busy]) await device.sync();
    await busy.db.tasks.update(id, { status: 'completed' });
    aMinutePasses();
    await other.db.tasks.update(id, { status: 'canceled' });
    await other.sync();
    aMinutePasses();
    await busy.db.tasks.update(id, { notes: 'The keys are under the mat' });
    for (const device of [busy, other]) await device.sync();
    expect(await other.db.tasks.get(id)).toMatchObject({ status: 'canceled', notes: 'The keys are under the mat' });
    await expectEqual([busy, other]);
  });

  it('when a clock jumps and the device has met the server since', async () => {
    const [jumping, right] = [await deviceAhead(0), await deviceAhead(0)];
    const id = v7();
    await right.db.tasks.add({ id, ...TASK });
    for (const device of [right, jumping]) await device.sync();
    jumping.clock.ahead = -7 * YEAR;
    await jumping.sync();
    await right.db.tasks.update(id, { status: 'inProgress' });
    aMinutePasses();
    await jumping.db.tasks.update(id, { status: 'completed' });
    // And back again, before it is sent: the edit keeps the offset of the moment when it was made.
    jumping.clock.ahead = 3 * YEAR;
    for (const device of [jumping, right, jumping]) await device.sync();
    expect(await right.db.tasks.get(id)).toMatchObject({ status: 'completed' });
    await expectEqual([jumping, right]);
  });

  it('when a clock has jumped ahead unnoticed, the edit counts as made on arrival, and nothing is lost', async () => {
    const [jumping, right] = [await deviceAhead(0), await deviceAhead(0)];
    const id = v7();
    await right.db.tasks.add({ id, ...TASK });
    for (const device of [right, jumping]) await device.sync();
    jumping.clock.ahead = 5 * YEAR;
    await jumping.db.tasks.update(id, { status: 'inProgress' });
    await jumping.sync();
    aMinutePasses();
    await right.db.tasks.update(id, { status: 'completed' });
    for (const device of [right, jumping, right]) await device.sync();
    expect(await jumping.db.tasks.get(id)).toMatchObject({ status: 'completed' });
    expect(await conflictsOf(id)).toMatchObject([{ winner: 'client', server: { values: { status: 'inProgress' } } }]);
    await expectEqual([jumping, right]);
  });
});
