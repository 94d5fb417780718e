import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

/** A task made on device A, and its version. */
async function newTask(values: object = {}): Promise<{ id: string; version: string }> {
  const id = v7();
  const { results, rejected } = await a.push([create('task', id, { ...TASK, ...values })]);
  expect(rejected).toEqual([]);
  return { id, version: results[0]?.updatedAt as string };
}

const auditOf = async (id: string) =>
  (
    await a.call<{
      audit: { action: string; changes: Record<string, { from: unknown; to: unknown }>; createdAt: string }[];
    }>('GET', `/v1/audit?entityId=${id}`)
  ).body.audit;

describe('receipts', () => {
  it('answers a change again with its first outcome and version, whatever the batch, and writes nothing', async () => {
    const { id, version } = await newTask();
    await b.push([edit('task', id, version, { title: 'Doors' })]);
    const changes = [
      create('task', v7(), TASK),
      edit('task', id, version, { title: 'Floors' }),
      edit('task', id, version, { date: 'never' }),
      remove('task', v7(), version),
    ];
    const first = await a.push(changes);
    expect(first.results.map(({ outcome }) => outcome)).toEqual(['applied', 'conflict', 'rejected', 'rejected']);
    const before = await stateOf(world);

    const alone = [];
    for (const change of changes) alone.push(await a.push([change]));
    const shuffled = await a.push([changes[3], changes[1], changes[0], changes[2], changes[1]]);
    const among = await a.push([changes[1], edit('task', id, null, {}), changes[0]]);
    const again = [...alone, shuffled, among];

    const facts = (results: typeof first.results) =>
      new Map(results.map(({ changeId, outcome, updatedAt }) => [changeId, { outcome, updatedAt }]));
    const known = facts(first.results);
    for (const answer of again) {
      for (const [changeId, fact] of facts(answer.results)) expect(known.get(changeId) ?? fact).toEqual(fact);
      expect(answer.cursor).toBe(before.clock);
    }
    expect(shuffled.results.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4]);
    expect(shuffled.rejected.map(({ index, code }) => [index, code])).toEqual([
      [0, 'RECORD_GONE'],
      [3, 'INVALID_DATE'],
    ]);
    const rejections = [...first.rejected].sort((x, y) => x.code.localeCompare(y.code));
    expect(
      alone
        .flatMap(({ rejected }) => rejected)
        .map(({ index: _, ...rest }) => rest)
        .sort((x, y) => x.code.localeCompare(y.code)),
    ).toEqual(rejections.map(({ index: _, ...rest }) => rest));
    // The conflicts of the first time, too: their answer may have been the lost one.
    expect(alone[1]?.conflicts).toEqual(first.conflicts);
    expect(shuffled.conflicts).toEqual([...first.conflicts, ...first.conflicts]);
    expect(await stateOf(world)).toEqual({ ...before, receipts: before.receipts + 1 });
  });

  it('answers a repetition with the record as it is now', async () => {
    const { id, version } = await newTask();
    const change = edit('task', id, version, { title: 'Doors' });
    await a.push([change]);
    const newer = await b.push([edit('task', id, null, { title: 'Floors' })]);
    const answer = await a.push([change]);
    expect(answer.results).toMatchObject([
      { outcome: 'applied', payload: { title: 'Floors', updatedAt: newer.results[0]?.updatedAt } },
    ]);
  });

  it.each([
    ['another value', (change: object) => ({ ...change, payload: { title: 'Mine' } })],
    ['another record', (change: object) => ({ ...change, entityId: v7() })],
    ['another operation', (change: object) => ({ ...change, op: 'delete' })],
    ['another base', (change: object) => ({ ...change, baseUpdatedAt: '2026-01-01T00:00:00.000000Z' })],
    ['another time', (change: object) => ({ ...change, clientUpdatedAt: '2026-01-01T00:00:00Z' })],
    ['nonsense', (change: object) => ({ ...change, entity: 'tusk' })],
  ])('an id that comes again with %s is reused', async (_, alter) => {
    const change = create('task', v7(), TASK);
    await a.push([change]);
    const before = await stateOf(world);
    const answer = await a.push([alter(change)]);
    expect(answer.rejected).toMatchObject([{ code: 'CHANGE_ID_REUSED', retryable: false, changeId: change.changeId }]);
    expect(await stateOf(world)).toEqual(before);
    expect((await a.push([change])).results).toMatchObject([{ outcome: 'applied' }]);
  });

  it('the same id from another device is reused, even with the same content', async () => {
    const change = create('task', v7(), TASK);
    await a.push([change]);
    const answer = await b.push([change]);
    expect(answer.rejected).toMatchObject([{ code: 'CHANGE_ID_REUSED', retryable: false }]);
  });

  it('an id used twice in one batch: the first counts, a repetition is answered, other content is reused', async () => {
    const change = create('task', v7(), TASK);
    const answer = await a.push([change, change, { ...change, payload: { ...TASK, title: 'Doors' } }]);
    expect(answer.results.map(({ outcome }) => outcome)).toEqual(['applied', 'applied', 'rejected']);
    expect(answer.rejected).toMatchObject([{ index: 2, code: 'CHANGE_ID_REUSED' }]);
    expect(await auditOf(change.entityId)).toHaveLength(1);
  });

  it('the order of keys is no other content, and neither is the letter case of the id', async () => {
    const change = create('task', v7(), TASK);
    await a.push([change]);
    const turned = Object.fromEntries(
      Object.entries({ ...change, payload: Object.fromEntries(Object.entries(TASK).toReversed()) }).toReversed(),
    );
    expect((await a.push([turned])).results).toMatchObject([{ outcome: 'applied' }]);
    const shouted = { ...change, changeId: change.changeId.toUpperCase() };
    expect((await a.push([shouted])).rejected).toMatchObject([{ code: 'CHANGE_ID_REUSED' }]);
  });

  it('a retryable rejection leaves no receipt: the same change is taken when its reference has come', async () => {
    const clientId = v7();
    const change = create('task', v7(), { ...TASK, clientId });
    const before = await stateOf(world);
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const { rejected } = await a.push([change]);
      expect(rejected).toMatchObject([{ code: 'MISSING_REFERENCE', fields: ['clientId'], retryable: true }]);
    }
    expect(await stateOf(world)).toEqual(before);
    await b.push([create('client', clientId, { name: 'Ana' })]);
    expect((await a.push([change])).results).toMatchObject([{ outcome: 'applied' }]);
  });

  it('a settled rejection stays one, and is tried again under a new id', async () => {
    const id = v7();
    const userId = `user_${id}`;
    await b.push([create('employee', id, { name: 'Ana', userId })]);
    const change = create('employee', v7(), { name: 'Bea', userId });
    expect((await a.push([change])).rejected).toMatchObject([{ code: 'DUPLICATE_VALUE', retryable: false }]);
    await b.push([edit('employee', id, null, { userId: null })]);
    expect((await a.push([change])).rejected).toMatchObject([{ code: 'DUPLICATE_VALUE' }]);
    expect((await a.push([{ ...change, changeId: v7() }])).results).toMatchObject([{ outcome: 'applied' }]);
  });

  it('a missing changeId becomes an id that a repetition gets again', async () => {
    const { changeId: _, ...anonymous } = create('task', v7(), TASK);
    const first = await a.push([anonymous]);
    const turned = Object.fromEntries(Object.entries(anonymous).toReversed());
    const again = await a.push([turned, anonymous]);
    const changeId = first.results[0]?.changeId;
    expect(changeId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5/);
    expect(again.results.map((result) => [result.changeId, result.outcome, result.updatedAt])).toEqual(
      Array.from({ length: 2 }, () => [changeId, 'applied', first.results[0]?.updatedAt]),
    );
    expect(await auditOf(anonymous.entityId)).toHaveLength(1);
    const elsewhere = await b.push([anonymous]);
    expect(elsewhere.results[0]?.changeId).not.toBe(changeId);
  });
});
