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

const ENTRY = {
  title: 'Work',
  amount: 5,
  type: 'payable',
  dueDate: '2026-11-21',
  status: 'pending',
  currency: 'usd',
  kind: 'general',
  isDisputed: false,
};

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

describe('patch semantics', () => {
  it('ignores managed keys, whatever they hold', async () => {
    const { id, version } = await newTask();
    const managed = { id: v7(), tenantId: v7(), createdAt: 'x', updatedAt: { y: 1 }, deletedAt: null };
    const answer = await a.push([edit('task', id, version, { ...managed, title: 'Doors' })]);
    expect(answer.results).toMatchObject([{ entityId: id, outcome: 'applied' }]);
    const { body } = await a.call<Record<string, unknown>>('GET', `/v1/tasks/${id}`);
    expect(body).toMatchObject({ id, title: 'Doors', createdAt: version, deletedAt: null });
    expect(body).not.toHaveProperty('tenantId');
  });

  it.each(['2026-11-21T10:00:00Z', '', 0, false, {}])('refuses a deletedAt of %j', async (deletedAt) => {
    const { id, version } = await newTask();
    const answer = await a.push([edit('task', id, version, { title: 'Doors', deletedAt })]);
    expect(answer.rejected).toMatchObject([{ code: 'USE_DELETE', fields: ['deletedAt'], retryable: false }]);
  });

  it('touches only the fields of the payload, and null clears one', async () => {
    const { id, version } = await newTask({ notes: 'key', clientName: 'Ana' });
    await a.push([edit('task', id, version, { clientName: null })]);
    expect((await a.call('GET', `/v1/tasks/${id}`)).body).toMatchObject({ ...TASK, notes: 'key', clientName: null });
  });

  it('refuses an unknown field with all of its change, for now', async () => {
    const { id, version } = await newTask();
    const answer = await a.push([edit('task', id, version, { title: 'Doors', colour: 'red' })]);
    expect(answer.rejected).toMatchObject([{ code: 'UNKNOWN_FIELD', fields: ['colour'], retryable: true }]);
    expect((await a.call('GET', `/v1/tasks/${id}`)).body).toMatchObject({ title: TASK.title });
  });

  it('a settled fault beside a retryable one is settled', async () => {
    const answer = await a.push([create('task', v7(), { ...TASK, colour: 'red', date: 'x' })]);
    expect(answer.rejected).toMatchObject([{ code: 'INVALID_DATE', fields: ['date', 'colour'], retryable: false }]);
  });
});

describe('create or patch', () => {
  it.each([
    ['null creates', { baseUpdatedAt: null }, 'applied'],
    ['no base creates', { baseUpdatedAt: undefined }, 'applied'],
    ['a base can not', { baseUpdatedAt: '2026-11-21T10:00:00.000000Z' }, 'RECORD_GONE'],
  ])('a record that is not there: %s', async (_, base, expected) => {
    const answer = await a.push([{ ...create('task', v7(), TASK), ...base }]);
    expect([answer.results[0]?.outcome, answer.rejected[0]?.code]).toContain(expected);
  });

  it.each([{ baseUpdatedAt: null }, { baseUpdatedAt: undefined }])(
    'a create with %j needs its required fields',
    async (base) => {
      const answer = await a.push([{ ...create('task', v7(), { title: 'Doors' }), ...base }]);
      expect(answer.rejected).toMatchObject([{ code: 'REQUIRED_FIELD', fields: ['date', 'status'], retryable: false }]);
    },
  );

  it('a delete of a record that is not there is of one that is gone, whatever its base', async () => {
    for (const base of [null, undefined, '2026-11-21T10:00:00.000000Z']) {
      const answer = await a.push([{ ...remove('task', v7(), null), baseUpdatedAt: base }]);
      expect(answer.rejected).toMatchObject([{ code: 'RECORD_GONE', retryable: false }]);
    }
  });

  it('a create of a record that another device made meets it field by field', async () => {
    const { id } = await newTask({ notes: 'a' });
    const answer = await b.push([create('task', id, { ...TASK, title: 'Doors' })]);
    expect(answer.results).toMatchObject([{ outcome: 'conflict', payload: { title: 'Doors', notes: 'a' } }]);
    expect(answer.conflicts).toMatchObject([{ fields: ['title'] }]);
  });
});

describe('no-op', () => {
  it.each([
    ['the same values', { title: TASK.title, notes: null }],
    ['nothing', {}],
    ['managed keys alone', { id: 'x', updatedAt: null }],
    ['the same in another spelling', { startTime: '2026-11-21T11:00:00+01:00' }],
  ])('%s: no version, no audit, no clock', async (_, payload) => {
    const { id, version } = await newTask({ startTime: '2026-11-21T10:00:00.000Z' });
    const before = await stateOf(world);
    const answer = await a.push([edit('task', id, version, payload)]);
    expect(answer).toMatchObject({
      applied: [id],
      rejected: [],
      results: [{ outcome: 'unchanged', updatedAt: version }],
      cursor: before.clock,
    });
    expect(await stateOf(world)).toEqual({ ...before, receipts: before.receipts + 1 });
  });

  it('deleting twice', async () => {
    const { id, version } = await newTask();
    await a.push([remove('task', id, version)]);
    const before = await stateOf(world);
    expect((await b.push([remove('task', id, version)])).results).toMatchObject([{ outcome: 'unchanged' }]);
    expect(await stateOf(world)).toEqual({ ...before, receipts: before.receipts + 1 });
  });
});

describe('the same record twice in a batch', () => {
  it('is folded in order: two versions, two audit rows, the row has the last', async () => {
    const id = v7();
    const answer = await a.push([
      create('task', id, TASK),
      create('task', v7(), TASK),
      edit('task', id, null, { title: 'Doors' }),
      edit('task', id, null, { notes: 'key' }),
    ]);
    const versions = answer.results.map(({ updatedAt }) => updatedAt as string);
    expect(answer.applied).toEqual([id, answer.results[1]?.entityId, id, id]);
    expect(versions).toEqual([...new Set(versions)].toSorted());
    expect((await a.call('GET', `/v1/tasks/${id}`)).body).toMatchObject({
      title: 'Doors',
      notes: 'key',
      createdAt: versions[0],
      updatedAt: versions[3],
    });
    expect((await auditOf(id)).map(({ action, createdAt }) => [action, createdAt])).toEqual([
      ['create', versions[0]],
      ['update', versions[2]],
      ['update', versions[3]],
    ]);
    expect(answer.cursor).toBe(versions[3]);
  });

  it('created, deleted and revived', async () => {
    const id = v7();
    const answer = await a.push([
      create('task', id, TASK),
      remove('task', id, null),
      edit('task', id, null, { title: 'Doors' }),
    ]);
    expect(answer.results.map(({ outcome }) => outcome)).toEqual(['applied', 'applied', 'applied']);
    expect((await auditOf(id)).map(({ action }) => action)).toEqual(['create', 'delete', 'restore']);
  });

  it('an edit in the batch of a rejected create is rejected with it, and may be accepted with it later', async () => {
    const [id, clientId] = [v7(), v7()];
    const changes = [create('task', id, { ...TASK, clientId }), edit('task', id, null, { title: 'Doors' })];
    const first = await a.push(changes);
    expect(first.rejected.map(({ code, retryable }) => [code, retryable])).toEqual([
      ['MISSING_REFERENCE', true],
      [expect.any(String), true],
    ]);
    await b.push([create('client', clientId, { name: 'Ana' })]);
    const again = await a.push(changes);
    expect(again.results.map(({ outcome }) => outcome)).toEqual(['applied', 'applied']);
    expect((await a.call('GET', `/v1/tasks/${id}`)).body).toMatchObject({ title: 'Doors', clientId });
  });
});

describe('the payload of a result', () => {
  const present = (payload: unknown): boolean => payload !== undefined;

  it.each([
    ['a create as it was sent', { ...ENTRY }, false],
    ['a create in another spelling', { ...ENTRY, currency: 'USD' }, true],
    ['a create that takes a default', { ...ENTRY, isDisputed: undefined }, true],
    [
      'a create with an id in upper case',
      { ...ENTRY, lineItems: [{ description: 'x', quantity: 1, unitPrice: 1, taskId: v7().toUpperCase() }] },
      true,
    ],
  ])('%s', async (_, payload, expected) => {
    const answer = await a.push([create('finance_entry', v7(), payload)]);
    expect(answer.results).toMatchObject([{ outcome: 'applied' }]);
    expect(present(answer.results[0]?.payload)).toBe(expected);
  });

  it.each([
    ['an edit on the current version', 'none', { title: 'Doors' }, false],
    ['a no-op on the current version', 'none', { title: TASK.title }, false],
    ['an edit in another spelling', 'none', { startTime: '2026-11-21T11:00:00+01:00' }, true],
    ['an edit on an older version', 'other field', { title: 'Doors' }, true],
    ['a no-op on an older version', 'other field', { title: TASK.title }, true],
    ['an edit that conflicts', 'same field', { title: 'Doors' }, true],
  ])('%s', async (_, meanwhile, payload, expected) => {
    const { id, version } = await newTask({ startTime: null });
    if (meanwhile === 'other field') await b.push([edit('task', id, version, { notes: 'b' })]);
    if (meanwhile === 'same field') await b.push([edit('task', id, version, { title: 'b' })]);
    const { results } = await a.push([edit('task', id, version, payload)]);
    expect(present(results[0]?.payload)).toBe(expected);
    if (expected) expect(results[0]?.payload).toMatchObject({ id, updatedAt: results[0]?.updatedAt });
  });

  it.each([
    ['a delete on the current version', false],
    ['a delete on an older one', true],
  ])('%s', async (_, expected) => {
    const { id, version } = await newTask();
    if (expected) await b.push([edit('task', id, version, { notes: 'b' })]);
    expect(present((await a.push([remove('task', id, version)])).results[0]?.payload)).toBe(expected);
  });
});
