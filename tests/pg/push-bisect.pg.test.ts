import { createTestDatabase } from '@backhaul/db/testing';
import { v7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
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

/** The database refuses a value that no check of the service foresaw. */
describe('an unforeseen data error', () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let world: World;
  let device: SyncClient;

  beforeAll(async () => {
    database = await createTestDatabase();
    await database.owner.pool.query("alter table tasks add constraint no_boom check (title <> 'boom')");
    world = await createWorld({ database: database.app });
  });
  afterAll(async () => {
    await world.close();
    await database.drop();
  });
  beforeEach(async () => {
    device = world.device();
    await device.push([]);
  });

  const task = (title: string, values: object = {}) => create('task', v7(), { ...TASK, title, ...values });

  it.each([0, 1, 499, 500, 999])(
    'costs one of 1,000 changes, at position %i',
    async (position) => {
      const before = await stateOf(world);
      const changes = Array.from({ length: 1000 }, (_, index) => task(index === position ? 'boom' : `task ${index}`));
      const answer = await device.push(changes);
      expect(answer.rejected).toMatchObject([
        { index: position, changeId: changes[position]?.changeId, code: 'INTERNAL_CHANGE', retryable: false },
      ]);
      expect(answer.results.map(({ index }) => index)).toEqual(changes.map((_, index) => index));
      expect(answer.applied).toEqual(changes.filter((_, index) => index !== position).map(({ entityId }) => entityId));
      expect(await stateOf(world)).toMatchObject({
        rows: before.rows + 999,
        audit: before.audit + 999,
        receipts: before.receipts + 1000,
      });
      const versions = answer.results.flatMap(({ updatedAt }) => updatedAt ?? []);
      expect(new Set(versions).size).toBe(999);
      expect(answer.cursor).toBe(versions.toSorted().at(-1));

      const again = await device.push(changes);
      expect(again.results.map(({ outcome, updatedAt }) => [outcome, updatedAt])).toEqual(
        answer.results.map(({ outcome, updatedAt }) => [outcome, updatedAt]),
      );
    },
    60_000,
  );

  it('alone writes a receipt and nothing else: the clock stays', async () => {
    const before = await stateOf(world);
    const answer = await device.push([task('boom')]);
    expect(answer.rejected).toMatchObject([{ code: 'INTERNAL_CHANGE' }]);
    expect(answer.cursor).toBe(before.clock);
    expect(await stateOf(world)).toEqual({ ...before, receipts: before.receipts + 1 });
  });

  it('many times in one batch costs just those', async () => {
    const changes = Array.from({ length: 60 }, (_, index) => task(index % 7 === 3 ? 'boom' : 'fine'));
    const answer = await device.push(changes);
    expect(answer.rejected.map(({ index }) => index)).toEqual(
      changes.flatMap((_, index) => (index % 7 === 3 ? [index] : [])),
    );
  });

  it('in an edit leaves the record as it was', async () => {
    const made = await device.push([task('fine')]);
    const { entityId, updatedAt } = made.results[0] as { entityId: string; updatedAt: string };
    const answer = await device.push([
      edit('task', entityId, updatedAt, { notes: 'before' }),
      edit('task', entityId, updatedAt, { title: 'boom' }),
      edit('task', entityId, updatedAt, { clientName: 'after' }),
    ]);
    expect(answer.rejected).toMatchObject([{ index: 1, code: 'INTERNAL_CHANGE' }]);
    expect((await device.call('GET', `/v1/tasks/${entityId}`)).body).toMatchObject({
      title: 'fine',
      notes: 'before',
      clientName: 'after',
    });
  });

  it.each([0, 1, 2, 3, 4])(
    'at position %i takes nothing from changes that build on one another, in any order',
    async (position) => {
      const [taskId, clientId] = [v7(), v7()];
      const changes: { entityId: string }[] = [
        create('task', taskId, { ...TASK, clientId }),
        edit('task', taskId, null, { title: 'Doors' }),
        create('client', clientId, { name: 'Ana' }),
        remove('client', clientId, null),
      ];
      const answer = await device.push(changes.toSpliced(position, 0, task('boom')));
      expect(answer.rejected.map(({ index, code }) => [index, code])).toEqual([[position, 'INTERNAL_CHANGE']]);
      expect((await device.call('GET', `/v1/tasks/${taskId}`)).body).toMatchObject({ title: 'Doors', clientId });
    },
  );

  it('in a record that others refer to: they wait for it', async () => {
    const [boom, dependent] = [v7(), v7()];
    await database.owner.pool.query("alter table clients add constraint no_boom check (name <> 'boom')");
    const answer = await device.push([
      create('task', dependent, { ...TASK, clientId: boom }),
      create('client', boom, { name: 'boom' }),
      task('fine'),
    ]);
    expect(answer.rejected.map(({ index, code, retryable }) => [index, code, retryable])).toEqual([
      [0, 'MISSING_REFERENCE', true],
      [1, 'INTERNAL_CHANGE', false],
    ]);
    expect(answer.applied).toHaveLength(1);
  });

  it('keeps the conflicts of the others, each once', async () => {
    const made = await device.push([task('one'), task('two')]);
    const [one, two] = made.results.map(({ entityId, updatedAt }) => ({
      id: entityId as string,
      version: updatedAt as string,
    }));
    if (!one || !two) throw new Error('Two tasks were made');
    await device.push([
      edit('task', one.id, one.version, { title: 'mine' }),
      edit('task', two.id, two.version, { title: 'mine' }),
    ]);
    const before = await stateOf(world);
    const answer = await world
      .device()
      .push([
        edit('task', one.id, one.version, { title: 'theirs' }),
        task('boom'),
        edit('task', two.id, two.version, { title: 'theirs' }),
      ]);
    expect(answer.conflicts.map(({ entityId }) => entityId)).toEqual([one.id, two.id]);
    expect((await stateOf(world)).conflicts).toBe(before.conflicts + 2);
  });

  it('in a generic route fails that request alone, and writes nothing', async () => {
    const before = await stateOf(world);
    const answer = await device.call('POST', '/v1/tasks', { ...TASK, title: 'boom' });
    expect(answer).toMatchObject({ status: 422, body: { error: { code: 'INTERNAL_CHANGE' } } });
    expect(await stateOf(world)).toEqual(before);
  });
});
