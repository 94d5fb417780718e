import type { Conflict, ConflictsResponse, ResolveResponse } from '@backhaul/shared';
import { DEFAULT_CONFLICT_POLICY, fieldService } from '@backhaul/shared';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { create, createWorld, edit, type SyncClient, TASK, type World } from '../support/sync-client.ts';

const ENTRY = {
  title: 'Invoice',
  amount: 100,
  type: 'receivable',
  dueDate: '2026-12-01',
  status: 'pending',
  currency: 'usd',
  kind: 'invoiceClient',
} as const;
const item = (description: string) => [{ description, quantity: 1, unitPrice: 5 }];
const [AT_8, AT_9, AT_10] = ['08', '09', '10'].map((hour) => `2026-11-21T${hour}:00:00.000Z`);

/** What each policy of field service is tried on: the record as made, what two devices write, what a manager decides. */
const CASES = [
  ['task', 'status', 'latestEdit', TASK, ['inProgress', 'completed', 'canceled']],
  ['task', 'checkInTime', 'latestEdit', TASK, [AT_8, AT_9, AT_10]],
  ['task', 'checkOutTime', 'latestEdit', TASK, [AT_8, AT_9, AT_10]],
  ['employee', 'hourlyRate', 'serverWins', { name: 'Ana', hourlyRate: 10 }, [11, 12, 13]],
  ['service_type', 'basePrice', 'serverWins', { name: 'Windows', basePrice: 10, currency: 'usd' }, [11, 12, 13]],
  ['finance_entry', 'amount', 'ask', ENTRY, [101, 102, 103]],
  ['finance_entry', 'lineItems', 'ask', ENTRY, [item('one'), item('two'), item('three')]],
  ['task', 'title', 'clientWins', TASK, ['One', 'Two', 'Three']],
] as const;

let world: World;
let a: SyncClient;
let b: SyncClient;
let c: SyncClient;
beforeAll(async () => {
  world = await createWorld();
  [a, b, c] = [world.device(), world.device(), world.device()];
});
afterAll(() => world.close());

const path = (entity: string, id: string) => `/v1/${entity.replace('_', '-').replace(/y$/, 'ie')}s/${id}`;
const valueOf = async (entity: string, id: string, name: string) =>
  (await a.call<Record<string, unknown>>('GET', path(entity, id))).body[name];

async function newRecord(entity: string, values: object): Promise<{ id: string; base: string }> {
  const id = v7();
  const { results } = await a.push([create(entity, id, values, '2026-01-01T00:00:00.000Z')]);
  return { id, base: results[0]?.updatedAt as string };
}

async function conflictsOf(id: string): Promise<Conflict[]> {
  return (await a.call<ConflictsResponse>('GET', `/v1/conflicts?entityId=${id}`)).body.conflicts;
}

it('every policy that field service declares is tried here', () => {
  const declared = Object.entries(fieldService.entities).flatMap(([entity, { fields }]) =>
    Object.entries(fields).flatMap(([name, field]) =>
      'policy' in field && field.policy !== DEFAULT_CONFLICT_POLICY ? [[entity, name, field.policy]] : [],
    ),
  );
  const tried = CASES.filter(([, , policy]) => policy !== DEFAULT_CONFLICT_POLICY).map((one) => one.slice(0, 3));
  expect(tried.toSorted()).toEqual(declared.toSorted());
});

describe.each(CASES)('%s.%s: %s', (entity, name, policy, values, [first, second, third]) => {
  it.each(['keep', 'restore', 'edit'] as const)(
    'the loser learns the winner, and a manager may %s',
    async (resolution) => {
      const { id, base } = await newRecord(entity, values);
      await a.push([edit(entity, id, base, { [name]: first })]);
      const answer = await b.push([edit(entity, id, base, { [name]: second })]);
      const winner = policy === 'clientWins' || policy === 'latestEdit' ? 'client' : 'server';
      const [stands, lost] = winner === 'client' ? [second, first] : [first, second];
      expect(answer.results).toMatchObject([{ outcome: 'conflict', payload: { [name]: stands } }]);
      expect(answer.conflicts).toMatchObject([{ winner, fields: [name] }]);

      const [conflict, ...others] = await conflictsOf(id);
      expect(others).toEqual([]);
      expect(conflict).toMatchObject({
        policy,
        winner,
        status: 'open',
        client: { values: { [name]: second } },
        server: { values: { [name]: first } },
      });
      expect(conflict?.summary.includes('a manager must choose')).toBe(policy === 'ask');

      const request = { resolution, ...(resolution === 'edit' ? { values: { [name]: third } } : {}) };
      const resolved = await a.call<ResolveResponse>('POST', `/v1/conflicts/${conflict?.id}/resolve`, request);
      const expected = { keep: stands, restore: lost, edit: third }[resolution];
      expect(resolved).toMatchObject({
        status: 200,
        body: { conflict: { status: 'resolved', resolution }, record: { [name]: expected } },
      });
      expect(await valueOf(entity, id, name)).toEqual(expected);
    },
  );
});

describe('latestEdit', () => {
  const YEARS = 10 * 365 * 86_400_000;
  const HOUR = 3_600_000;

  /** An edit made at this true time by a clock that is `ahead` by so many milliseconds, and known to be. */
  function editAt(id: string, base: string, status: string, { at, ahead }: { at: number; ahead: number }) {
    const clientUpdatedAt = new Date(at + ahead).toISOString();
    return { ...edit('task', id, base, { status }), clientUpdatedAt, clockOffset: -ahead };
  }

  it.each([
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ])('clocks that are years off do not count, in the order of arrival %i, %i, %i', async (...order) => {
    const { id, base } = await newRecord('task', TASK);
    const start = Date.now() - 3 * HOUR;
    const pushes = [
      () => a.push([editAt(id, base, 'inProgress', { at: start, ahead: YEARS })]),
      () => b.push([editAt(id, base, 'completed', { at: start + 2 * HOUR, ahead: -YEARS })]),
      () => c.push([editAt(id, base, 'canceled', { at: start + HOUR, ahead: 0 })]),
    ];
    for (const index of order) await pushes[index]?.();
    expect(await valueOf('task', id, 'status')).toBe('completed');
    // Both of the others lost, once each, whether they were overwritten or never written.
    const lost = (await conflictsOf(id)).map(({ winner, client, server }) => (winner === 'client' ? server : client));
    expect(lost.map(({ values }) => values.status)).toContainEqual('canceled');
    expect(new Set(lost.map(({ values }) => values.status))).not.toContain('completed');
  });

  it.each([true, false])(
    'a clock that jumps back between two edits of one device; it comes first: %s',
    async (first) => {
      const { id, base } = await newRecord('task', TASK);
      const at = Date.now() - 2 * HOUR;
      // Its clock was set back by five years in between, and its offset is measured anew.
      const jumping = () =>
        a.push([
          editAt(id, base, 'inProgress', { at, ahead: 0 }),
          editAt(id, base, 'completed', { at: at + HOUR, ahead: -YEARS / 2 }),
        ]);
      const between = () => b.push([editAt(id, base, 'canceled', { at: at + HOUR / 2, ahead: 0 })]);
      for (const push of first ? [jumping, between] : [between, jumping]) await push();
      expect(await valueOf('task', id, 'status')).toBe('completed');
    },
  );

  it.each([true, false])(
    'a jump that nobody has noticed loses no own edit to an older one; it comes first: %s',
    async (first) => {
      const { id, base } = await newRecord('task', TASK);
      const at = Date.now() - 2 * HOUR;
      const jumping = () =>
        a.push([
          editAt(id, base, 'inProgress', { at: at + HOUR, ahead: 0 }),
          // Made an hour after the first, and said to be years before it.
          { ...editAt(id, base, 'completed', { at: at - YEARS, ahead: 0 }) },
        ]);
      const older = () => b.push([editAt(id, base, 'canceled', { at, ahead: 0 })]);
      for (const push of first ? [jumping, older] : [older, jumping]) await push();
      expect(await valueOf('task', id, 'status')).toBe('completed');
      expect((await conflictsOf(id)).length).toBeGreaterThan(0);
    },
  );

  it('an edit that claims to come from the future counts as made on arrival', async () => {
    const { id, base } = await newRecord('task', TASK);
    const future = { ...edit('task', id, base, { status: 'inProgress' }), clientUpdatedAt: '2036-01-01T00:00:00.000Z' };
    await a.push([future]);
    await b.push([edit('task', id, base, { status: 'completed' })]);
    expect(await valueOf('task', id, 'status')).toBe('completed');
    expect(await conflictsOf(id)).toMatchObject([{ winner: 'client', server: { values: { status: 'inProgress' } } }]);
  });

  it.each([
    ['a', 'b'],
    ['b', 'a'],
  ])('edits of the same moment: one wins whichever arrives first (%s, %s)', async (...order) => {
    const { id, base } = await newRecord('task', TASK);
    const at = Date.now() - HOUR;
    const pushes: { readonly [name: string]: () => Promise<unknown> } = {
      a: () => a.push([editAt(id, base, 'inProgress', { at, ahead: 0 })]),
      b: () => b.push([editAt(id, base, 'completed', { at, ahead: YEARS })]),
    };
    for (const name of order) await pushes[name]?.();
    expect(await valueOf('task', id, 'status')).toBe(a.deviceId > b.deviceId ? 'inProgress' : 'completed');
  });

  it('the same value twice is as late as the later of the two, and is audited as such', async () => {
    const { id, base } = await newRecord('task', TASK);
    const at = Date.now() - 3 * HOUR;
    await a.push([editAt(id, base, 'completed', { at, ahead: 0 })]);
    const again = await b.push([editAt(id, base, 'completed', { at: at + 2 * HOUR, ahead: 0 })]);
    expect(again.results).toMatchObject([{ outcome: 'merged' }]);
    await c.push([editAt(id, base, 'canceled', { at: at + HOUR, ahead: 0 })]);
    expect(await valueOf('task', id, 'status')).toBe('completed');
    expect(await conflictsOf(id)).toMatchObject([{ winner: 'server', client: { values: { status: 'canceled' } } }]);
  });

  it('a value that its sender may not write is no later edit, and no rejection', async () => {
    const { member, employeeId } = await world.employee('ana@example.com');
    const hers = world.device(member);
    const { id, base } = await newRecord('task', { ...TASK, assignedEmployeeId: employeeId });
    await hers.pullAll();
    // An old client that sends whole records: the title is one that the office wrote at the same time.
    await a.push([edit('task', id, base, { title: 'Doors', status: 'completed' })]);
    const answer = await hers.push([edit('task', id, base, { title: 'Doors', status: 'completed' })]);
    expect(answer.rejected).toEqual([]);
  });
});

it('a manager may restore what a device lost to a newer rate, and it reaches the device that lost', async () => {
  const { id, base } = await newRecord('employee', { name: 'Bea', hourlyRate: 10 });
  const { cursor } = await b.pullAll();
  await a.push([edit('employee', id, base, { hourlyRate: 20 })]);
  await b.push([edit('employee', id, base, { hourlyRate: 30, roleTitle: 'Driver' })]);
  const [conflict] = await conflictsOf(id);
  await a.call('POST', `/v1/conflicts/${conflict?.id}/resolve`, { resolution: 'restore' });
  const { changes } = await b.pullAll(cursor);
  expect(changes.filter(({ entityId }) => entityId === id)).toMatchObject([
    { payload: { hourlyRate: 30, roleTitle: 'Driver' } },
  ]);
});
