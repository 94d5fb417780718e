import { createTestDatabase } from '@backhaul/db/testing';
import type { PullResponse } from '@backhaul/shared';
import { v7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countStatements } from '../support/count-statements.ts';
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

const ids = ({ changes }: { changes: PullResponse['changes'] }): string[] => changes.map(({ entityId }) => entityId);

describe('pages', () => {
  it.each([1, 2, 3, 7, 100])('of %i hold every row once, in the order of versions, across entities', async (limit) => {
    const made: string[] = [];
    for (const entity of ['client', 'team', 'client', 'task', 'team', 'task', 'task']) {
      const id = v7();
      made.push(id);
      await office.push([create(entity, id, entity === 'task' ? TASK : { name: 'x' })]);
    }
    const seen: PullResponse['changes'][number][] = [];
    let since: string | undefined;
    for (;;) {
      const page = await office.pull(since, limit);
      seen.push(...page.changes);
      expect(page.changes.length).toBe(page.hasMore ? limit : page.changes.length);
      expect(page.changes.length).toBeLessThanOrEqual(limit);
      since = page.nextCursor;
      if (!page.hasMore) break;
    }
    expect(seen.map(({ entityId }) => entityId)).toEqual(made);
    expect(seen.map(({ updatedAt }) => updatedAt)).toEqual(seen.map(({ updatedAt }) => updatedAt).toSorted());
    expect(since).toBe((await stateOf(world)).clock);
  });

  it('hold 500 unless told otherwise, and say exactly whether there is more', async () => {
    await makeTasks(500);
    expect(await office.pull()).toMatchObject({ hasMore: false });
    await makeTasks(1);
    const page = await office.pull();
    expect([page.changes.length, page.hasMore]).toEqual([500, true]);
    expect((await office.pull(page.nextCursor)).changes).toHaveLength(1);
  });

  it('are as long for a member who sees few rows: those alone count', async () => {
    const { member, employeeId } = await world.employee('ana@example.com');
    const own: string[] = [];
    for (let round = 0; round < 6; round += 1) {
      await makeTasks(20);
      own.push(v7());
      await office.push([create('task', own.at(-1) as string, { ...TASK, assignedEmployeeId: employeeId })]);
    }
    const page = await world.device(member).pull(undefined, 4);
    // Her own employee record is the first.
    expect(ids(page)).toEqual([employeeId, ...own.slice(0, 3)]);
    expect(page.hasMore).toBe(true);
  });

  it('show a record at its newest version only', async () => {
    const [task] = await makeTasks(1);
    const { cursor } = await office.pullAll();
    for (const title of ['a', 'b', 'c']) await office.push([edit('task', task?.id as string, null, { title })]);
    const { changes } = await office.pull(cursor);
    expect(changes).toMatchObject([{ op: 'upsert', entityId: task?.id, payload: { title: 'c' } }]);
  });
});

describe('tombstones', () => {
  it('are absent from a first pull, and arrive later without a payload', async () => {
    await makeTombstones(3);
    const [task] = await makeTasks(1);
    const first = await office.pullAll();
    expect(ids(first)).toEqual([task?.id]);
    await office.push([remove('task', task?.id as string, task?.version as string)]);
    const { changes } = await office.pull(first.cursor);
    expect(changes).toEqual([
      { op: 'delete', entity: 'task', entityId: task?.id, updatedAt: expect.any(String), payload: null },
    ]);
  });

  it('of rows deleted during a first pull arrive in it', async () => {
    const tasks = await makeTasks(9);
    const first = await office.pull(undefined, 3);
    const [seen, unseen] = [tasks[0], tasks[7]];
    await office.push([remove('task', seen?.id as string, null), remove('task', unseen?.id as string, null)]);
    const rest = await office.pullAll(first.nextCursor, 3);
    expect(rest.changes.filter(({ op }) => op === 'delete').map(({ entityId }) => entityId)).toEqual([
      seen?.id,
      unseen?.id,
    ]);
    expect(rest.changes.filter(({ op }) => op === 'upsert').map(({ entityId }) => entityId)).toEqual(
      tasks
        .slice(3)
        .map(({ id }) => id)
        .filter((id) => id !== unseen?.id),
    );
  });
});

describe('an idle pull', () => {
  it('writes nothing, and costs no page query', async () => {
    await makeTasks(3);
    const { cursor } = await office.pullAll();
    // The first time that a cursor is presented is noted as what the device holds.
    await office.pull(cursor);
    const before = await database.owner.pool.query('select * from devices');
    const idle = await countStatements(world.server.services.database, () => office.pull(cursor));
    expect(idle.answer).toMatchObject({ changes: [], nextCursor: cursor, hasMore: false });
    // Begin with its settings, one read, commit.
    expect(idle.count).toBe(3);
    expect((await database.owner.pool.query('select * from devices')).rows).toEqual(before.rows);

    await makeTasks(1);
    const busy = await countStatements(world.server.services.database, () => office.pull(cursor));
    expect(busy.answer.changes).toHaveLength(1);
    expect(busy.count).toBe(4);
  });
});
