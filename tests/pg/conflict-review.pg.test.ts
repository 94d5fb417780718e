import type { Conflict, ConflictCounts, ConflictsResponse } from '@backhaul/shared';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Collisions, collisions } from '../support/collisions.ts';
import { create, createNeighbour, createWorld, edit, type SyncClient, type World } from '../support/sync-client.ts';

let world: World;
let office: SyncClient;
let tablet: SyncClient;
let ana: SyncClient;
let bea: SyncClient;
let met: Collisions;
let all: readonly Conflict[];

type Failure = { error?: { code: string; details: Record<string, unknown> } };

const list = async (query: string) => (await office.call<ConflictsResponse>('GET', `/v1/conflicts?${query}`)).body;
const counts = async (query = '') => (await office.call<ConflictCounts>('GET', `/v1/conflicts/counts?${query}`)).body;
const ids = (conflicts: readonly Conflict[]): string[] => conflicts.map(({ id }) => id);

beforeAll(async () => {
  world = await createWorld();
  office = world.device();
  tablet = world.device();
  const hers = await world.employee('ana@example.com');
  ana = world.device(hers.member);
  bea = world.device(world.manager);
  met = collisions(office, office, tablet);
  const withAna = collisions(office, ana, tablet);

  // The office with itself, on two devices; Ana with the office; a deletion each way; another entity.
  await met.fields({ title: 'a', notes: 'b' }, { title: 'c', notes: 'd' });
  await met.fields({ title: 'a' }, { title: 'b' });
  const own = await met.task({ assignedEmployeeId: hers.employeeId });
  await withAna.fields({ notes: 'hers' }, { notes: 'theirs' }, own);
  await met.deletedOverEdit({ notes: 'gone' });
  await met.editedOverDelete({ notes: 'back' });
  const client = v7();
  const { results } = await office.push([create('client', client, { name: 'Client' })]);
  const base = results[0]?.updatedAt as string;
  await office.push([edit('client', client, base, { phone: '+1' })]);
  await bea.push([edit('client', client, base, { phone: '+2' })]);
  const [first] = (await list('limit=1')).conflicts;
  await office.call('POST', `/v1/conflicts/${first?.id}/resolve`, { resolution: 'keep' });
  all = (await list('limit=1000')).conflicts;
});
afterAll(() => world.close());

describe('filters', () => {
  const sides = (conflict: Conflict) => [conflict.client, conflict.server];
  const byDevice = (device: string) => all.filter((one) => sides(one).some((side) => side.device === device));
  const byAuthor = (user: string) => all.filter((one) => sides(one).some((side) => side.by?.userId === user));

  it('find what they name, on either side, in both orders and in pages', async () => {
    expect(all).toHaveLength(6);
    const cases: readonly (readonly [query: string, expected: readonly Conflict[]])[] = [
      ['status=open', all.filter(({ status }) => status === 'open')],
      ['status=resolved', all.slice(0, 1)],
      ['entity=client', all.slice(5)],
      ['entity=nothing', []],
      [`entityId=${all[2]?.entityId.toUpperCase()}`, all.slice(2, 3)],
      ['kind=deletedOverEdit', all.slice(3, 4)],
      ['kind=editedOverDelete', all.slice(4, 5)],
      ['kind=fields', all.filter(({ kind }) => kind === 'fields')],
      ['policy=clientWins', all],
      ['policy=ask', []],
      [`device=${tablet.deviceId}`, byDevice(tablet.deviceId)],
      [`device=${tablet.deviceId.toUpperCase()}`, byDevice(tablet.deviceId)],
      [`device=${ana.deviceId}`, byDevice(ana.deviceId)],
      [`device=${v7()}`, []],
      [`author=${ana.userId}`, byAuthor(ana.userId)],
      [`author=${office.userId}`, all],
      ['author=user_nobody', []],
      [`author=${ana.userId}&device=${tablet.deviceId}`, all.slice(2, 3)],
      [`author=${ana.userId}&device=${bea.deviceId}`, []],
      [`device=${office.deviceId}&status=open&entity=task&kind=fields`, all.slice(1, 2)],
    ];
    expect(byDevice(tablet.deviceId)).toHaveLength(5);
    expect(byAuthor(ana.userId)).toHaveLength(1);
    for (const [query, expected] of cases) {
      expect(ids((await list(`limit=1000&${query}`)).conflicts), query).toEqual(ids(expected));
      const paged: Conflict[] = [];
      let page = await list(`limit=2&order=desc&${query}`);
      paged.push(...page.conflicts);
      while (page.hasMore) {
        expect(page.conflicts).toHaveLength(2);
        page = await list(`limit=2&order=desc&${query}&since=${page.nextCursor}`);
        paged.push(...page.conflicts);
      }
      expect(ids(paged), `${query}, newest first, in pages`).toEqual(ids(expected.toReversed()));
    }
  });

  it.each([
    ['device=tablet', 'INVALID_REQUEST'],
    ['entityId=1', 'INVALID_REQUEST'],
    ['kind=other', 'INVALID_REQUEST'],
    ['policy=theirs', 'INVALID_REQUEST'],
    ['status=closed', 'INVALID_REQUEST'],
    ['limit=1001', 'INVALID_REQUEST'],
    ['author=%00', 'INVALID_ID'],
    [`author=${'x'.repeat(256)}`, 'INVALID_ID'],
    ['since=yesterday', 'INVALID_CURSOR'],
  ])('%s is refused: %s', async (query, code) => {
    const answer = await office.call<Failure>('GET', `/v1/conflicts?${query}`);
    expect(answer).toMatchObject({ status: 400, body: { error: { code } } });
    if (query.startsWith('since') || query.startsWith('limit')) return;
    expect(await office.call('GET', `/v1/conflicts/counts?${query}`)).toMatchObject({
      status: 400,
      body: { error: { code } },
    });
  });
});

describe('counts', () => {
  it('tell open and resolved ones, by entity, by author and by device', async () => {
    const answer = await counts();
    expect(answer).toMatchObject({
      open: 5,
      resolved: 1,
      mustChoose: 0,
      limit: 1000,
      byEntity: { task: 5, client: 1 },
      byAuthor: [
        { userId: office.userId, name: 'Marta', count: 6 },
        { userId: ana.userId, name: 'ana', count: 1 },
      ],
    });
    expect(answer.byDevice.map(({ device, count }) => [device, count])).toEqual([
      [office.deviceId, 5],
      [tablet.deviceId, 5],
      ...[
        [ana.deviceId, 1],
        [bea.deviceId, 1],
      ].toSorted(),
    ]);
    expect(answer.byDevice.find(({ device }) => device === ana.deviceId)).toMatchObject({
      by: { userId: ana.userId, name: 'ana' },
      platform: null,
    });
  });

  it('obey the same filters; a status narrows the breakdowns alone', async () => {
    expect(await counts('status=resolved')).toMatchObject({ open: 5, resolved: 1, byEntity: { task: 1 } });
    expect(await counts('entity=client')).toMatchObject({ open: 1, resolved: 0, byEntity: { client: 1 } });
    expect(await counts(`author=${ana.userId}`)).toMatchObject({ open: 1, resolved: 0, byEntity: { task: 1 } });
    expect(await counts(`device=${tablet.deviceId}&kind=fields`)).toMatchObject({ open: 2, resolved: 1 });
    expect(await counts('entity=nothing')).toEqual({
      open: 0,
      resolved: 0,
      mustChoose: 0,
      byEntity: {},
      byAuthor: [],
      byDevice: [],
      limit: 1000,
    });
  });
});

describe('are the manager’s alone', () => {
  it('an employee is refused, and another tenant sees none of it', async () => {
    const neighbour = await createNeighbour(world);
    for (const url of ['/v1/conflicts', '/v1/conflicts/counts']) {
      expect(await ana.call('GET', url)).toMatchObject({ status: 403, body: { error: { code: 'FORBIDDEN' } } });
    }
    expect((await neighbour.call<ConflictsResponse>('GET', '/v1/conflicts')).body.conflicts).toEqual([]);
    const { body } = await neighbour.call<ConflictsResponse>('GET', `/v1/conflicts?device=${tablet.deviceId}`);
    expect(body.conflicts).toEqual([]);
    expect((await neighbour.call<ConflictCounts>('GET', '/v1/conflicts/counts')).body).toMatchObject({ open: 0 });
  });
});
