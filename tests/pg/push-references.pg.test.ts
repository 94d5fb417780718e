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

const outcomes = ({ results }: Awaited<ReturnType<SyncClient['push']>>) => results.map(({ outcome }) => outcome);

describe('references', () => {
  it('point at records of the same batch, in any order, across entities', async () => {
    const [client, employee, team, service, task] = [v7(), v7(), v7(), v7(), v7()];
    const answer = await a.push([
      create('task', task, {
        ...TASK,
        clientId: client,
        assignedEmployeeId: employee,
        teamId: team,
        serviceTypeId: service,
      }),
      create('employee', employee, { name: 'Ana', teamId: team }),
      create('service_type', service, { name: 'Windows', basePrice: 1, currency: 'usd' }),
      create('client', client, { name: 'Bea' }),
      create('team', team, { name: 'North' }),
    ]);
    expect(outcomes(answer)).toEqual(Array.from({ length: 5 }, () => 'applied'));
  });

  it('are missing when the create they need is rejected, through any number of steps', async () => {
    const [task, employee, team, other] = [v7(), v7(), v7(), v7()];
    const before = await stateOf(world);
    const answer = await a.push([
      create('task', task, { ...TASK, assignedEmployeeId: employee }),
      create('employee', employee, { name: 'Ana', teamId: team }),
      create('team', team, { name: '' }),
      create('task', other, TASK),
    ]);
    expect(answer.rejected.map(({ index, code, fields, retryable }) => ({ index, code, fields, retryable }))).toEqual([
      { index: 0, code: 'MISSING_REFERENCE', fields: ['assignedEmployeeId'], retryable: true },
      { index: 1, code: 'MISSING_REFERENCE', fields: ['teamId'], retryable: true },
      { index: 2, code: 'REQUIRED_FIELD', fields: ['name'], retryable: false },
    ]);
    expect(answer.applied).toEqual([other]);
    expect(await stateOf(world)).toMatchObject({
      rows: before.rows + 1,
      audit: before.audit + 1,
      receipts: before.receipts + 2,
    });
  });

  it('may name a tombstone, and a record that dies in the same batch', async () => {
    const [dead, dying] = [v7(), v7()];
    await a.push([create('client', dead, { name: 'Ana' }), remove('client', dead, null)]);
    const answer = await a.push([
      create('client', dying, { name: 'Bea' }),
      remove('client', dying, null),
      create('task', v7(), { ...TASK, clientId: dead }),
      create('task', v7(), { ...TASK, clientId: dying }),
    ]);
    expect(outcomes(answer)).toEqual(['applied', 'applied', 'applied', 'applied']);
  });

  it('are checked where they change, not where they are echoed', async () => {
    const [client, task] = [v7(), v7()];
    const made = await a.push([
      create('client', client, { name: 'Ana' }),
      create('task', task, { ...TASK, clientId: client }),
    ]);
    const version = made.results[1]?.updatedAt as string;
    const wrong = await a.push([edit('task', task, version, { clientId: v7(), title: 'Doors' })]);
    expect(wrong.rejected).toMatchObject([{ code: 'MISSING_REFERENCE', fields: ['clientId'] }]);
    const echoed = await a.push([
      edit('task', task, version, { ...TASK, clientId: client.toUpperCase(), title: 'Doors' }),
    ]);
    expect(outcomes(echoed)).toEqual(['applied']);
    expect(echoed.results[0]?.payload).toMatchObject({ clientId: client });
  });
});

describe('employee.userId is unique among live records', () => {
  const person = (userId: string | null) => ({ name: 'Ana', userId });

  it('for creates and edits, within a batch and across batches', async () => {
    const [first, second, third, userId] = [v7(), v7(), v7(), `user_${v7()}`];
    const answer = await a.push([
      create('employee', first, person(userId)),
      create('employee', second, person(userId)),
      create('employee', third, person(null)),
    ]);
    expect(outcomes(answer)).toEqual(['applied', 'rejected', 'applied']);
    expect(answer.rejected).toMatchObject([
      { index: 1, code: 'DUPLICATE_VALUE', fields: ['userId'], retryable: false },
    ]);
    const edited = await b.push([edit('employee', third, answer.results[2]?.updatedAt ?? null, { userId })]);
    expect(edited.rejected).toMatchObject([{ code: 'DUPLICATE_VALUE' }]);
  });

  it('is free again when the holder gives it up or is deleted, in the same batch, too', async () => {
    const [first, second, third, userId] = [v7(), v7(), v7(), `user_${v7()}`];
    await a.push([create('employee', first, person(userId))]);
    const given = await a.push([
      edit('employee', first, null, { userId: null }),
      create('employee', second, person(userId)),
    ]);
    expect(outcomes(given)).toEqual(['applied', 'applied']);
    const deleted = await a.push([remove('employee', second, null), create('employee', third, person(userId))]);
    expect(outcomes(deleted)).toEqual(['applied', 'applied']);
  });

  it('is free in the same batch when the new holder was written there before', async () => {
    const [first, second, userId] = [v7(), v7(), `user_${v7()}`];
    await a.push([create('employee', first, person(userId)), create('employee', second, person(null))]);
    const answer = await a.push([
      edit('employee', second, null, { name: 'Bea' }),
      edit('employee', first, null, { userId: null }),
      edit('employee', second, null, { userId }),
    ]);
    expect(outcomes(answer)).toEqual(['applied', 'applied', 'applied']);
    expect((await a.call('GET', `/v1/employees/${second}`)).body).toMatchObject({ name: 'Bea', userId });
  });

  it('is claimed again by a record that comes back', async () => {
    const [first, second, userId] = [v7(), v7(), `user_${v7()}`];
    const made = await a.push([create('employee', first, person(userId))]);
    await a.push([remove('employee', first, null), create('employee', second, person(userId))]);
    const late = await b.push([edit('employee', first, made.results[0]?.updatedAt ?? null, { name: 'Bea' })]);
    expect(late.rejected).toMatchObject([{ code: 'DUPLICATE_VALUE', fields: ['userId'] }]);
  });
});

describe('the shape of an answer', () => {
  it('names every change in request order', async () => {
    const [first, gone] = [v7(), v7()];
    const changes = [remove('task', gone, null), create('task', first, TASK), null, create('task', first, TASK)];
    const { deviceId } = a;
    const answer = await a.push(changes, { deviceId });
    expect(Object.keys(answer).toSorted()).toEqual([
      'applied',
      'conflicts',
      'cursor',
      'rejected',
      'results',
      'schemaVersion',
      'serverTime',
    ]);
    expect(answer.results.map(({ index, entityId, outcome }) => [index, entityId, outcome])).toEqual([
      [0, gone, 'rejected'],
      [1, first, 'applied'],
      [2, null, 'rejected'],
      [3, first, 'unchanged'],
    ]);
    expect(answer.applied).toEqual([first, first]);
    const changeId = (changes[0] as { changeId: string }).changeId;
    expect(answer.rejected).toEqual([
      {
        index: 0,
        changeId,
        entity: 'task',
        entityId: gone,
        op: 'delete',
        code: 'RECORD_GONE',
        message: expect.stringMatching(/./),
        fields: [],
        retryable: false,
      },
      {
        index: 2,
        changeId: null,
        entity: null,
        entityId: null,
        op: null,
        code: 'MALFORMED_CHANGE',
        message: expect.stringMatching(/./),
        fields: [],
        retryable: false,
      },
    ]);
  });

  it('says of a conflict whose values met, in which fields, and at which version', async () => {
    const id = v7();
    const made = await a.push([create('task', id, TASK)]);
    const version = made.results[0]?.updatedAt ?? null;
    const theirs = await a.push([edit('task', id, version, { title: 'Doors' })]);
    const { conflicts } = await b.push([edit('task', id, version, { title: 'Floors' })]);
    expect(conflicts).toEqual([
      {
        id: expect.stringMatching(/-7/),
        entity: 'task',
        entityId: id,
        fields: ['title'],
        summary: expect.stringContaining('title'),
        winner: 'client',
        serverUpdatedAt: theirs.results[0]?.updatedAt,
      },
    ]);
  });
});
