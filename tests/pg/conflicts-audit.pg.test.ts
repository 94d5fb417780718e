import type { AuditResponse, Conflict, ConflictsResponse, ResolveResponse } from '@backhaul/shared';
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
});
afterAll(() => world.close());

type Failure = { error?: { code: string; details: Record<string, unknown> } };

async function newTask(values: object = {}): Promise<{ id: string; version: string }> {
  const id = v7();
  const { results } = await a.push([create('task', id, { ...TASK, ...values })]);
  return { id, version: results[0]?.updatedAt as string };
}

async function conflictOf(id: string): Promise<Conflict> {
  const { body } = await a.call<ConflictsResponse>('GET', `/v1/conflicts?entityId=${id}`);
  expect(body.conflicts).toHaveLength(1);
  return body.conflicts[0] as Conflict;
}

/** A task whose title and notes two devices changed: `theirs` is stored, `mine` was overwritten. */
async function contested(): Promise<{ id: string; conflict: Conflict }> {
  const { id, version } = await newTask();
  await a.push([edit('task', id, version, { title: 'mine', notes: 'my secret' })]);
  await b.push([edit('task', id, version, { title: 'theirs', notes: 'their secret' })]);
  return { id, conflict: await conflictOf(id) };
}

const resolve = (conflict: Conflict, body: object, client: SyncClient = a) =>
  client.call<ResolveResponse & Failure>('POST', `/v1/conflicts/${conflict.id}/resolve`, body);
const actionsOf = async (id: string) =>
  (await a.call<AuditResponse>('GET', `/v1/audit?entityId=${id}`)).body.audit.map(({ action, changes }) => [
    action,
    Object.keys(changes).toSorted(),
  ]);

describe('resolving', () => {
  it('keep: the winner stays, the decision is logged', async () => {
    const { id, conflict } = await contested();
    const before = await stateOf(world);
    const { status, body } = await resolve(conflict, { resolution: 'keep' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      conflict: { id: conflict.id, status: 'resolved', resolution: 'keep', resolvedBy: a.userId },
      record: { title: 'theirs', notes: 'their secret' },
    });
    expect(await stateOf(world)).toMatchObject({
      rows: before.rows,
      audit: before.audit + 1,
      conflicts: before.conflicts,
    });
    expect((await actionsOf(id)).at(-1)).toEqual(['resolve', []]);
  });

  it('restore: the losing values are back, sealed ones too, as an ordinary change that others pull', async () => {
    const { id, conflict } = await contested();
    const { clock } = await stateOf(world);
    const { status, body } = await resolve(conflict, { resolution: 'restore' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      conflict: { status: 'resolved', resolution: 'restore' },
      record: { title: 'mine', notes: 'my secret' },
    });
    expect(body.conflict.resolvedAt).toBe(body.record?.updatedAt);
    expect((await b.pull(clock)).changes).toMatchObject([
      { entityId: id, payload: { title: 'mine', notes: 'my secret' } },
    ]);
    expect((await actionsOf(id)).at(-1)).toEqual(['resolve', ['notes', 'title']]);
  });

  it('edit: other values, and only those', async () => {
    const { conflict } = await contested();
    const { status, body } = await resolve(conflict, {
      resolution: 'edit',
      values: { title: 'both', clientName: 'Ana' },
    });
    expect([status, body.record]).toMatchObject([200, { title: 'both', notes: 'their secret', clientName: 'Ana' }]);
  });

  it.each([
    ['an unknown resolution', { resolution: 'merge' }, 400, 'INVALID_REQUEST'],
    ['none', {}, 400, 'INVALID_REQUEST'],
    ['an edit without values', { resolution: 'edit' }, 400, 'INVALID_REQUEST'],
    ['an edit with a wrong value', { resolution: 'edit', values: { date: '2026-02-30' } }, 422, 'INVALID_DATE'],
    ['an edit with an unknown field', { resolution: 'edit', values: { colour: 'red' } }, 422, 'UNKNOWN_FIELD'],
    ['an edit with a NUL', { resolution: 'edit', values: { title: '\0' } }, 422, 'INVALID_TEXT'],
    ['an edit that nulls what is required', { resolution: 'edit', values: { title: null } }, 422, 'REQUIRED_FIELD'],
    ['an edit that refers to nothing', { resolution: 'edit', values: { clientId: v7() } }, 422, 'MISSING_REFERENCE'],
    ['a malformed version', { resolution: 'keep', expectedUpdatedAt: 'x' }, 400, 'INVALID_CURSOR'],
  ])('%s is refused, and the conflict stays open', async (_, request, status, code) => {
    const { id, conflict } = await contested();
    const before = await stateOf(world);
    expect(await resolve(conflict, request)).toMatchObject({ status, body: { error: { code } } });
    expect(await stateOf(world)).toEqual(before);
    expect((await conflictOf(id)).status).toBe('open');
  });

  it('RECORD_MOVED with the record when it changed after what the manager saw', async () => {
    const { id, conflict } = await contested();
    const seen = (await a.call<{ updatedAt: string }>('GET', `/v1/tasks/${id}`)).body.updatedAt;
    await b.push([edit('task', id, seen, { clientName: 'Ana' })]);
    for (const resolution of ['keep', 'restore']) {
      const moved = await resolve(conflict, { resolution, expectedUpdatedAt: seen });
      expect(moved).toMatchObject({
        status: 409,
        body: { error: { code: 'RECORD_MOVED', details: { record: { id, clientName: 'Ana', title: 'theirs' } } } },
      });
    }
    const now = (await a.call<{ updatedAt: string }>('GET', `/v1/tasks/${id}`)).body.updatedAt;
    expect(await resolve(conflict, { resolution: 'restore', expectedUpdatedAt: now })).toMatchObject({
      status: 200,
      body: { record: { title: 'mine', clientName: 'Ana' } },
    });
  });

  it('ALREADY_RESOLVED with the conflict, and of two at once one wins', async () => {
    const { conflict } = await contested();
    const both = await Promise.all([
      resolve(conflict, { resolution: 'restore' }),
      resolve(conflict, { resolution: 'keep' }, b),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    const before = await stateOf(world);
    const again = await resolve(conflict, { resolution: 'edit', values: { title: 'x' } });
    expect(again).toMatchObject({
      status: 409,
      body: { error: { code: 'ALREADY_RESOLVED', details: { conflict: { id: conflict.id, status: 'resolved' } } } },
    });
    expect(await stateOf(world)).toEqual(before);
  });

  it('restores what a delete took, and a record that is deleted again', async () => {
    const { id, version } = await newTask();
    await a.push([edit('task', id, version, { notes: 'my secret' })]);
    await b.push([remove('task', id, version)]);
    const { status, body } = await resolve(await conflictOf(id), { resolution: 'restore' });
    expect([status, body.record]).toMatchObject([200, { deletedAt: null, notes: 'my secret', title: TASK.title }]);
    expect((await b.pullAll()).changes.find(({ entityId }) => entityId === id)).toMatchObject({ op: 'upsert' });
  });

  it('restores a delete that an edit overruled', async () => {
    const { id, version } = await newTask();
    await a.push([remove('task', id, version)]);
    await b.push([edit('task', id, version, { title: 'theirs' })]);
    const { status, body } = await resolve(await conflictOf(id), { resolution: 'restore' });
    expect([status, body.record]).toMatchObject([200, { deletedAt: expect.any(String) }]);
  });

  it('keep of a delete leaves it deleted', async () => {
    const { id, version } = await newTask();
    await a.push([edit('task', id, version, { notes: 'x' })]);
    await b.push([remove('task', id, version)]);
    expect(await resolve(await conflictOf(id), { resolution: 'keep' })).toMatchObject({
      status: 200,
      body: { record: { deletedAt: expect.any(String) } },
    });
  });

  it('is the manager’s alone', async () => {
    const { conflict } = await contested();
    const { member } = await world.employee('ana@example.com');
    const before = await stateOf(world);
    const device = world.device(member);
    expect(await resolve(conflict, { resolution: 'keep' }, device)).toMatchObject({
      status: 403,
      body: { error: { code: 'FORBIDDEN' } },
    });
    expect(await device.call('GET', '/v1/conflicts')).toMatchObject({ status: 403 });
    expect(await device.call('GET', '/v1/audit')).toMatchObject({ status: 403 });
    expect(await stateOf(world)).toEqual(before);
    expect(await resolve({ ...conflict, id: v7() }, { resolution: 'keep' })).toMatchObject({
      status: 404,
      body: { error: { code: 'NOT_FOUND' } },
    });
  });
});

describe('lists', () => {
  const conflicts = async (query: string) => (await a.call<ConflictsResponse>('GET', `/v1/conflicts?${query}`)).body;
  const audit = async (query: string) => (await a.call<AuditResponse>('GET', `/v1/audit?${query}`)).body;

  /** All of a log, in pages. */
  async function paged<Row>(
    read: (since: string) => Promise<{ rows: readonly Row[]; nextCursor: string | null; hasMore: boolean }>,
    limit: number,
  ): Promise<Row[]> {
    const seen: Row[] = [];
    let since = '';
    for (;;) {
      const { rows, nextCursor, hasMore } = await read(since);
      expect(rows.length).toBe(hasMore ? limit : rows.length);
      seen.push(...rows);
      since = `&since=${nextCursor}`;
      if (!hasMore) return seen;
    }
  }

  it('conflicts by status, entity and record, in pages, from either end', async () => {
    const { conflict } = await contested();
    await contested();
    await contested();
    await resolve(conflict, { resolution: 'keep' });
    const all = (await conflicts('limit=1000')).conflicts;
    expect(all.length).toBeGreaterThanOrEqual(3);
    expect(all.map(({ createdAt }) => createdAt)).toEqual(all.map(({ createdAt }) => createdAt).toSorted());
    const page = (query: string) => async (since: string) => {
      const { conflicts: rows, nextCursor, hasMore } = await conflicts(`limit=2${query}${since}`);
      return { rows, nextCursor, hasMore };
    };
    expect(await paged(page(''), 2)).toEqual(all);
    expect(await paged(page('&order=desc'), 2)).toEqual(all.toReversed());
    for (const status of ['open', 'resolved']) {
      expect(await paged(page(`&status=${status}`), 2)).toEqual(all.filter((row) => row.status === status));
    }
    expect(await paged(page('&entity=client'), 2)).toEqual([]);
    expect(
      await paged(page(`&entity=task&entityId=${conflict.entityId.toUpperCase()}&status=resolved`), 2),
    ).toMatchObject([{ id: conflict.id }]);
    // Later, the last cursor shows what is new.
    const end = (await conflicts('limit=1000')).nextCursor;
    expect(await conflicts(`since=${end}`)).toEqual({ conflicts: [], nextCursor: end, hasMore: false });
    const { conflict: newer } = await contested();
    expect((await conflicts(`since=${end}`)).conflicts).toMatchObject([{ id: newer.id }]);
  });

  it('audit by entity, record and actor, in pages, from either end', async () => {
    const { id } = await contested();
    const all = (await audit('limit=1000')).audit;
    const page = (query: string) => async (since: string) => {
      const { audit: rows, nextCursor, hasMore } = await audit(`limit=3${query}${since}`);
      return { rows, nextCursor, hasMore };
    };
    expect(await paged(page(''), 3)).toEqual(all);
    expect(await paged(page('&order=desc'), 3)).toEqual(all.toReversed());
    for (const entity of ['task', 'employee', 'member', 'tenant', 'nothing']) {
      expect(await paged(page(`&entity=${entity}`), 3)).toEqual(all.filter((row) => row.entity === entity));
    }
    expect(await paged(page(`&entityId=${id}`), 3)).toEqual(all.filter((row) => row.entityId === id));
    expect(await paged(page(`&entityId=${id.toUpperCase()}`), 3)).toEqual(all.filter((row) => row.entityId === id));
    expect(await paged(page(`&actor=${a.userId}`), 3)).toEqual(all.filter((row) => row.actor?.userId === a.userId));
    expect(await paged(page('&actor=user_nobody'), 3)).toEqual([]);
  });

  it('say who, on which device and what, with values in both logs and none in a summary', async () => {
    const { id, conflict } = await contested();
    expect(conflict).toMatchObject({
      fields: ['title', 'notes'],
      client: { values: { title: 'theirs', notes: 'their secret' }, device: b.deviceId },
      server: { values: { title: 'mine', notes: 'my secret' }, device: a.deviceId },
    });
    const rows = (await audit(`entityId=${id}`)).audit;
    expect(rows[2]).toMatchObject({
      action: 'update',
      actor: { userId: b.userId, name: 'Marta' },
      device: b.deviceId,
      changes: { title: { from: 'mine', to: 'theirs' }, notes: { from: 'my secret', to: 'their secret' } },
    });
    const every = [...(await conflicts('limit=1000')).conflicts, ...(await audit('limit=1000')).audit];
    for (const { summary } of every) {
      expect(summary).not.toMatch(/secret|mine|theirs|Windows|2026-11-21|scheduled/);
      expect(summary).toMatch(/^[\p{L}\w]/u);
      expect(summary).not.toMatch(/undefined|null|\[object/);
    }
  });

  it('hold the work of a removed member under the name that they had, in conflicts, too', async () => {
    const { member, employeeId } = await world.employee('leaver@example.com');
    const { id, version } = await newTask({ assignedEmployeeId: employeeId });
    await world.device(member).push([edit('task', id, version, { notes: 'x' })]);
    const { conflicts: met } = await b.push([edit('task', id, version, { notes: 'y' })]);
    expect(met[0]?.summary).toMatch(/Marta and leaver both changed the notes of a task/);
    await a.call('DELETE', `/v1/members/${member.userId}`);
    const by = { userId: member.userId, name: 'leaver' };
    expect((await audit(`actor=${member.userId}&entity=task`)).audit).toMatchObject([{ actor: by }]);
    expect(await conflictOf(id)).toMatchObject({ server: { by }, summary: met[0]?.summary });
  });
});
