import { lockTenantClock, purgeTombstones, withTenant } from '@backhaul/db';
import { createTestDatabase, type TestDatabase } from '@backhaul/db/testing';
import {
  type Cursor,
  fieldService,
  type HistoryItem,
  type HistoryResponse,
  parseTenantId,
  type TenantId,
} from '@backhaul/shared';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Collisions, collisions } from '../support/collisions.ts';
import { createNeighbour, createWorld, edit, remove, type SyncClient, type World } from '../support/sync-client.ts';

let database: TestDatabase;
let world: World;
let office: SyncClient;
let tablet: SyncClient;
let met: Collisions;
beforeAll(async () => {
  database = await createTestDatabase();
  world = await createWorld({ database: database.app });
  office = world.device();
  tablet = world.device();
  met = collisions(office, office, tablet);
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

type Failure = { error?: { code: string } };
const ask = (path: string, client: SyncClient = office) =>
  client.call<HistoryResponse & Failure>('GET', `/v1/records/${path}`);
async function historyOf(id: string, query = ''): Promise<HistoryResponse> {
  const { status, body } = await ask(`task/${id}/history?${query}`);
  expect(status).toBe(200);
  return body;
}
const versionOf = (item: HistoryItem) => (item.kind === 'write' ? item.entry.createdAt : item.conflict.createdAt);
const told = (items: readonly HistoryItem[]) =>
  items.map((item) => (item.kind === 'write' ? item.entry.action : `conflict (${item.conflict.status})`));

/** Made, edited, contested, settled, deleted and brought back by an edit that had not seen it. */
async function eventful(): Promise<string> {
  const { id, version } = await met.task({ notes: 'at first' });
  await office.push([edit('task', id, version, { notes: 'mine' })]);
  await tablet.push([edit('task', id, version, { notes: 'theirs', title: 'Doors' })]);
  const [conflict] = await met.conflictsOf(id);
  const { body } = await office.call<{ record: { updatedAt: string } }>(
    'POST',
    `/v1/conflicts/${conflict?.id}/resolve`,
    { resolution: 'restore' },
  );
  await office.push([remove('task', id, body.record.updatedAt)]);
  await tablet.push([edit('task', id, body.record.updatedAt, { title: 'Late' })]);
  return id;
}

describe('the history of a record', () => {
  it('is every write with its values, sealed ones too, and every conflict where it was met', async () => {
    const id = await eventful();
    const { entity, entityId, record, purged, history, hasMore } = await historyOf(id);
    expect({ entity, entityId, purged, hasMore }).toEqual({
      entity: 'task',
      entityId: id,
      purged: false,
      hasMore: false,
    });
    expect(record).toMatchObject({ id, title: 'Late', notes: 'mine', deletedAt: null });
    expect(told(history)).toEqual([
      'create',
      'update',
      'update',
      'conflict (resolved)',
      'resolve',
      'delete',
      'restore',
      'conflict (open)',
    ]);
    expect(history.map(versionOf)).toEqual(history.map(versionOf).toSorted());
    expect(history[2]).toMatchObject({
      kind: 'write',
      entry: {
        summary: 'Marta changed the title and notes of a task',
        actor: { userId: office.userId, name: 'Marta' },
        device: tablet.deviceId,
        changes: { notes: { from: 'mine', to: 'theirs' }, title: { from: 'Windows', to: 'Doors' } },
        editedAt: expect.stringMatching(/Z$/),
      },
    });
    expect(history[3]).toMatchObject({
      kind: 'conflict',
      conflict: {
        kind: 'fields',
        resolution: 'restore',
        client: { values: { notes: 'theirs' }, device: tablet.deviceId },
        server: { values: { notes: 'mine' }, device: office.deviceId },
      },
    });
    const resolution = history[4] as HistoryItem & { kind: 'write' };
    expect(resolution.entry.changes).toEqual({ notes: { from: 'theirs', to: 'mine' } });
    // Where the conflict was settled is where the write of that version is.
    expect(history[3]).toMatchObject({ conflict: { resolvedAt: resolution.entry.createdAt } });
    expect(history[7]).toMatchObject({ conflict: { kind: 'editedOverDelete' } });
  });

  it('goes in pages from either end, across both logs, and shows later what is new', async () => {
    const id = await eventful();
    const { history: all } = await historyOf(id);
    expect(all).toHaveLength(8);
    for (const limit of [1, 2, 3, 7, 8]) {
      for (const order of ['asc', 'desc']) {
        const seen: HistoryItem[] = [];
        let page = await historyOf(id, `limit=${limit}&order=${order}`);
        seen.push(...page.history);
        while (page.hasMore) {
          expect(page.history).toHaveLength(limit);
          page = await historyOf(id, `limit=${limit}&order=${order}&since=${page.nextCursor}`);
          seen.push(...page.history);
        }
        expect(seen).toEqual(order === 'asc' ? all : all.toReversed());
      }
    }
    const end = (await historyOf(id)).nextCursor;
    expect(await historyOf(id, `since=${end}`)).toMatchObject({ history: [], nextCursor: end, hasMore: false });
    const { body } = await office.call<{ updatedAt: string }>('PATCH', `/v1/tasks/${id}`, { title: 'New' });
    expect((await historyOf(id, `since=${end}`)).history).toMatchObject([
      { kind: 'write', entry: { createdAt: body.updatedAt, device: office.deviceId } },
    ]);
  });

  it('is told in the language of the request', async () => {
    const id = await eventful();
    const { body } = await ask(`task/${id.toUpperCase()}/history`, office.speaking('es'));
    const summaries = body.history.map((item) => (item.kind === 'write' ? item.entry : item.conflict).summary);
    expect(summaries.slice(2, 5)).toEqual([
      'Marta cambió el título y las notas de una tarea',
      'Marta cambió las notas de una tarea en dos lugares; Marta recuperó el otro valor.',
      'Marta resolvió un conflicto de una tarea',
    ]);
  });

  it('is there for a deleted record, and for one that is purged', async () => {
    const { id, version } = await met.task();
    const { cursor } = await office.push([remove('task', id, version)]);
    expect(await historyOf(id)).toMatchObject({ record: { deletedAt: expect.any(String) }, purged: false });
    const tenantId = parseTenantId(world.tenantId) as TenantId;
    await withTenant(database.owner, tenantId, async (tx) => {
      await lockTenantClock(tx);
      await purgeTombstones(tx, fieldService, { upTo: cursor as Cursor, limit: 1_000, from: null });
    });
    const purged = await historyOf(id);
    expect(purged).toMatchObject({ record: null, purged: true });
    expect(told(purged.history)).toEqual(['create', 'delete']);
  });

  it('of nothing is NOT_FOUND: an unused id, another entity, what is no record, another tenant’s', async () => {
    const { id } = await met.task();
    const neighbour = await createNeighbour(world);
    for (const [path, client] of [
      [`task/${v7()}/history`, office],
      [`client/${id}/history`, office],
      [`nothing/${id}/history`, office],
      [`constructor/${id}/history`, office],
      [`member/${v7()}/history`, office],
      [`task/${id}/history`, neighbour],
    ] as const) {
      expect(await ask(path, client), path).toMatchObject({ status: 404, body: { error: { code: 'NOT_FOUND' } } });
    }
  });

  it.each([
    ['task/1/history', 'INVALID_REQUEST'],
    [`task/${v7()}/history?since=x`, 'INVALID_CURSOR'],
    [`task/${v7()}/history?limit=0`, 'INVALID_REQUEST'],
    [`task/${v7()}/history?order=up`, 'INVALID_REQUEST'],
  ])('%s is refused', async (path, code) => {
    expect(await ask(path)).toMatchObject({ status: 400, body: { error: { code } } });
  });

  it('is the manager’s alone, also of what an employee may see', async () => {
    const { member, employeeId } = await world.employee('ana@example.com');
    const { id } = await met.task({ assignedEmployeeId: employeeId });
    expect(await ask(`task/${id}/history`, world.device(member))).toMatchObject({
      status: 403,
      body: { error: { code: 'FORBIDDEN' } },
    });
  });
});
