import { createTestApp, headersOf } from '@backhaul/server/testing';
import {
  type AuditResponse,
  type Conflict,
  defineEntity,
  fieldService,
  type ResolveManyResponse,
} from '@backhaul/shared';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Collisions, collisions } from '../support/collisions.ts';
import { countStatements } from '../support/count-statements.ts';
import {
  createNeighbour,
  createWorld,
  edit,
  remove,
  stateOf,
  type SyncClient,
  type World,
} from '../support/sync-client.ts';

let world: World;
let office: SyncClient;
let tablet: SyncClient;
let met: Collisions;
beforeAll(async () => {
  world = await createWorld();
  office = world.device();
  tablet = world.device();
  met = collisions(office, office, tablet);
});
afterAll(() => world.close());

type Failure = { error?: { code: string } };
type Item = ResolveManyResponse['results'][number];

const send = (body: object, client: SyncClient = office) =>
  client.call<ResolveManyResponse & Failure>('POST', '/v1/conflicts/resolve', body);
async function resolve(ids: readonly string[], resolution: 'keep' | 'restore', more: object = {}): Promise<Item[]> {
  const { status, body } = await send({ ids, resolution, ...more });
  expect(status).toBe(200);
  expect(body.results.map(({ id }) => id)).toEqual(ids.map((id) => id.toLowerCase()));
  return body.results;
}
const outcomes = (items: readonly Item[]) => items.map((item) => (item.outcome === 'refused' ? item.code : 'resolved'));
const ids = (conflicts: readonly Conflict[]): string[] => conflicts.map(({ id }) => id);
const task = async (id: string) => (await office.call<{ [field: string]: unknown }>('GET', `/v1/tasks/${id}`)).body;
const auditOf = async (id: string) =>
  (await office.call<AuditResponse>('GET', `/v1/audit?entityId=${id}`)).body.audit.map(({ action, changes }) => ({
    action,
    changes,
  }));

describe('resolving many conflicts at once', () => {
  it('I11: restore puts every losing value back by ordinary changes, stamped, audited and pulled', async () => {
    const [one, two, three, four] = [
      await met.fields({ title: 'mine', notes: 'my secret' }, { title: 'theirs', notes: 'their secret' }),
      await met.fields({ title: 'x' }, { title: 'y' }),
      await met.deletedOverEdit({ notes: 'gone' }),
      await met.editedOverDelete({ notes: 'back' }),
    ];
    const before = await stateOf(world);
    const items = await resolve(ids([one, two, three, four]), 'restore');
    expect(items).toMatchObject([
      { outcome: 'resolved', record: { title: 'mine', notes: 'my secret' } },
      { outcome: 'resolved', record: { title: 'x' } },
      { outcome: 'resolved', record: { deletedAt: null, notes: 'gone' } },
      { outcome: 'resolved', record: { deletedAt: expect.any(String) } },
    ]);
    for (const item of items) {
      if (item.outcome === 'refused') throw new Error(item.code);
      expect(item.conflict).toMatchObject({ status: 'resolved', resolution: 'restore', resolvedBy: office.userId });
      expect(item.conflict.resolvedAt).toBe(item.record?.updatedAt);
      expect(item.conflict.summary).toMatch(/; Marta (restored|brought it back|deleted it again)/);
    }
    expect((await tablet.pull(before.clock)).changes.map(({ entityId, op }) => [entityId, op])).toEqual([
      [one.entityId, 'upsert'],
      [two.entityId, 'upsert'],
      [three.entityId, 'upsert'],
      [four.entityId, 'delete'],
    ]);
    expect((await auditOf(one.entityId)).at(-1)).toEqual({
      action: 'resolve',
      changes: { title: { from: 'theirs', to: 'mine' }, notes: { from: 'their secret', to: 'my secret' } },
    });
    expect(await stateOf(world)).toMatchObject({ audit: before.audit + 4, conflicts: before.conflicts });
  });

  it('keep changes no record, and is an audited decision each', async () => {
    const both = [await met.fields({ title: 'a' }, { title: 'b' }), await met.deletedOverEdit({ notes: 'x' })];
    const before = await stateOf(world);
    const versions = await Promise.all(both.map(({ entityId }) => task(entityId)));
    expect(outcomes(await resolve(ids(both), 'keep'))).toEqual(['resolved', 'resolved']);
    expect(await Promise.all(both.map(({ entityId }) => task(entityId)))).toEqual(versions);
    expect(await stateOf(world)).toMatchObject({ rows: before.rows, audit: before.audit + 2 });
    for (const { entityId } of both)
      expect((await auditOf(entityId)).at(-1)).toEqual({ action: 'resolve', changes: {} });
  });

  it('of several restores of one field the last of the ids stands, and the log holds each step', async () => {
    for (const order of ['asc', 'desc'] as const) {
      const start = await met.task({ title: 'start' });
      await met.fields({ title: 'first' }, { title: 'second' }, start);
      await world.device().push([edit('task', start.id, start.version, { title: 'third', notes: 'x' })]);
      const two = await met.conflictsOf(start.id);
      expect(two.map(({ server }) => server.values)).toEqual([{ title: 'first' }, { title: 'second' }]);
      const chosen = order === 'asc' ? two : two.toReversed();
      const items = await resolve(ids(chosen), 'restore');
      const last = order === 'asc' ? 'second' : 'first';
      const other = order === 'asc' ? 'first' : 'second';
      expect(items).toMatchObject([{ record: { title: last, notes: 'x' } }, { record: { title: last } }]);
      expect((await auditOf(start.id)).slice(-2)).toEqual([
        { action: 'resolve', changes: { title: { from: 'third', to: other } } },
        { action: 'resolve', changes: { title: { from: other, to: last } } },
      ]);
      const [first, second] = items.map((item) => (item.outcome === 'resolved' ? item.conflict.resolvedAt : null));
      expect(first && second && first < second).toBe(true);
      expect(second).toBe((await task(start.id)).updatedAt);
    }
  });

  it('one that is refused does not hold up the others, whatever it is refused for', async () => {
    const neighbour = await createNeighbour(world);
    const theirs = await collisions(neighbour, neighbour, neighbour).task();
    const [fine, done, moved, also] = [
      await met.fields({ title: 'fine' }, { title: 'no' }),
      await met.fields({ title: 'a' }, { title: 'b' }),
      await met.fields({ title: 'a' }, { title: 'b' }),
      await met.fields({ title: 'also' }, { title: 'no' }),
    ];
    await resolve([done.id], 'keep');
    const seen = (await task(moved.entityId)).updatedAt as string;
    await tablet.push([edit('task', moved.entityId, seen, { notes: 'newer' })]);
    const unknown = v7();
    const asked = [fine.id, done.id, moved.id, unknown, theirs.id, also.id.toUpperCase(), fine.id, unknown];
    const items = await resolve(asked, 'restore', { expectedUpdatedAt: { [moved.id.toUpperCase()]: seen } });
    expect(outcomes(items)).toEqual([
      'resolved',
      'ALREADY_RESOLVED',
      'RECORD_MOVED',
      'NOT_FOUND',
      'NOT_FOUND',
      'resolved',
      'ALREADY_RESOLVED',
      'NOT_FOUND',
    ]);
    expect(items[1]).toMatchObject({ conflict: { id: done.id, resolution: 'keep' } });
    expect(items[2]).toMatchObject({ record: { id: moved.entityId, title: 'b', notes: 'newer' } });
    expect(items[6]).toMatchObject({ conflict: { id: fine.id, resolution: 'restore' } });
    expect((await met.conflictsOf(moved.entityId))[0]).toMatchObject({ status: 'open' });
    expect([await task(fine.entityId), await task(also.entityId)]).toMatchObject([
      { title: 'fine' },
      { title: 'also' },
    ]);
  });

  it('a value that can not be restored leaves its conflict open, and does not hold up another of its record', async () => {
    const [first, second] = await sharedUser();
    const items = await resolve([first.id, second.id], 'restore');
    expect(outcomes(items)).toEqual(['DUPLICATE_VALUE', 'resolved']);
    expect(items[1]).toMatchObject({ record: { name: 'First' } });
    expect((await met.conflictsOf(first.entityId)).map(({ status }) => status)).toEqual(['open', 'resolved']);
  });

  /** An employee of which two fields are contested; somebody else has taken the losing user id since. */
  async function sharedUser(): Promise<readonly [Conflict, Conflict]> {
    const id = v7();
    const change = (payload: object, base: string | null) => edit('employee', id, base, payload);
    const { results } = await office.push([change({ name: 'Start' }, null)]);
    const base = results[0]?.updatedAt as string;
    await office.push([change({ userId: 'user_one' }, base), change({ name: 'First' }, base)]);
    await tablet.push([change({ userId: 'user_two' }, base), change({ name: 'Second' }, base)]);
    await office.push([edit('employee', v7(), null, { name: 'Other', userId: 'user_one' })]);
    const [first, second] = await met.conflictsOf(id);
    expect([first?.fields, second?.fields]).toEqual([['userId'], ['name']]);
    return [first as Conflict, second as Conflict];
  }

  it('nor does a value whose field the service does not know any more', async () => {
    const start = await met.task();
    await met.fields({ clientName: 'mine' }, { clientName: 'theirs' }, start);
    await met.fields({ title: 'mine' }, { title: 'theirs' }, start);
    const { clientName: _, ...fields } = fieldService.entities.task.fields;
    const entities = { ...fieldService.entities, task: defineEntity({ table: 'tasks', fields }) };
    const { database } = world.server.services;
    const newer = await createTestApp({ database, domain: { ...fieldService, entities } });
    const answer = await newer.app.inject({
      method: 'POST',
      url: '/v1/conflicts/resolve',
      headers: headersOf(office),
      body: { ids: ids(await met.conflictsOf(start.id)), resolution: 'restore' },
    });
    await newer.close();
    const { results } = answer.json<ResolveManyResponse>();
    expect(outcomes(results)).toEqual(['UNKNOWN_FIELD', 'resolved']);
    expect(await task(start.id)).toMatchObject({ title: 'mine', clientName: 'theirs' });
  });

  it('expectedUpdatedAt means the record before the call: two conflicts of one record do not stop each other', async () => {
    const start = await met.task();
    await met.fields({ title: 'mine' }, { title: 'theirs' }, start);
    await met.fields({ notes: 'mine' }, { notes: 'theirs' }, start);
    const two = await met.conflictsOf(start.id);
    const seen = (await task(start.id)).updatedAt;
    const expectedUpdatedAt = Object.fromEntries(two.map(({ id }) => [id, seen]));
    expect(outcomes(await resolve(ids(two), 'restore', { expectedUpdatedAt }))).toEqual(['resolved', 'resolved']);
    expect(await task(start.id)).toMatchObject({ title: 'mine', notes: 'mine' });
  });

  it('a deletion and an edit of one record follow each other in the order of the ids', async () => {
    const { id, version } = await met.task();
    await office.push([edit('task', id, version, { notes: 'kept' })]);
    await tablet.push([remove('task', id, version)]);
    await world.device().push([edit('task', id, version, { title: 'late' })]);
    const two = await met.conflictsOf(id);
    expect(two.map(({ kind }) => kind)).toEqual(['deletedOverEdit', 'editedOverDelete']);
    expect(outcomes(await resolve(ids(two), 'restore'))).toEqual(['resolved', 'resolved']);
    expect(await task(id)).toMatchObject({ deletedAt: expect.any(String), notes: 'kept', title: 'late' });
  });

  it('two managers at once: each conflict is decided once', async () => {
    const many: Conflict[] = [];
    for (let n = 0; n < 5; n += 1) many.push(await met.fields({ title: `a${n}` }, { title: `b${n}` }));
    const [one, other] = await Promise.all([
      send({ ids: ids(many), resolution: 'restore' }),
      send({ ids: ids(many.toReversed()), resolution: 'keep' }, tablet),
    ]);
    const decided = [...outcomes(one.body.results), ...outcomes(other.body.results)];
    expect(decided.filter((outcome) => outcome === 'resolved')).toHaveLength(5);
    expect(decided.filter((outcome) => outcome === 'ALREADY_RESOLVED')).toHaveLength(5);
  });

  it('takes as many statements for 100 conflicts as for one', async () => {
    const many: Conflict[] = [];
    for (let n = 0; n < 101; n += 1)
      many.push(await met.fields({ title: `a${n}`, notes: 'x' }, { title: `b${n}`, notes: 'y' }));
    const { database } = world.server.services;
    const single = await countStatements(database, () => resolve(ids(many.slice(0, 1)), 'restore'));
    const hundred = await countStatements(database, () => resolve(ids(many.slice(1)), 'restore'));
    expect(new Set(outcomes(hundred.answer))).toEqual(new Set(['resolved']));
    expect(hundred.count).toBe(single.count);
  });
});

describe('what is no request of this kind', () => {
  it.each([
    ['no ids', { ids: [], resolution: 'keep' }, 'INVALID_REQUEST'],
    ['101 ids', { ids: Array.from({ length: 101 }, () => v7()), resolution: 'keep' }, 'INVALID_REQUEST'],
    ['an id that is none', { ids: ['x'], resolution: 'keep' }, 'INVALID_REQUEST'],
    ['no list', { ids: v7(), resolution: 'keep' }, 'INVALID_REQUEST'],
    ['an edit', { ids: [v7()], resolution: 'edit', values: {} }, 'INVALID_REQUEST'],
    ['no resolution', { ids: [v7()] }, 'INVALID_REQUEST'],
    ['a guard of nothing', { ids: [v7()], resolution: 'keep', expectedUpdatedAt: { [v7()]: 'x' } }, 'INVALID_CURSOR'],
    [
      'a guard of another conflict',
      { ids: [v7()], resolution: 'keep', expectedUpdatedAt: { [v7()]: '2026-01-01T00:00:00.000000Z' } },
      'INVALID_REQUEST',
    ],
    ['a list as guard', { ids: [v7()], resolution: 'keep', expectedUpdatedAt: ['x'] }, 'INVALID_REQUEST'],
  ])('%s', async (_, body, code) => {
    const before = await stateOf(world);
    expect(await send(body)).toMatchObject({ status: 400, body: { error: { code } } });
    expect(await stateOf(world)).toEqual(before);
  });

  it('an employee’s, and another tenant’s', async () => {
    const conflict = await met.fields({ title: 'a' }, { title: 'b' });
    const { member } = await world.employee('ana@example.com');
    const before = await stateOf(world);
    expect(await send({ ids: [conflict.id], resolution: 'restore' }, world.device(member))).toMatchObject({
      status: 403,
      body: { error: { code: 'FORBIDDEN' } },
    });
    const neighbour = await createNeighbour(world);
    const { body } = await send({ ids: [conflict.id], resolution: 'restore' }, neighbour);
    expect(outcomes(body.results)).toEqual(['NOT_FOUND']);
    expect(await stateOf(world)).toMatchObject({ conflicts: before.conflicts, audit: before.audit, rows: before.rows });
    expect((await met.conflictsOf(conflict.entityId))[0]?.status).toBe('open');
  });
});
