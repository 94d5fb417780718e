import type { ConflictsResponse } from '@backhaul/shared';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countStatements } from '../support/count-statements.ts';
import { create, createWorld, edit, remove, type SyncClient, TASK, type World } from '../support/sync-client.ts';

/** Each case was a way to lose a typed value in silence, or to hold a tenant up. */
describe('order within a record, and what a base proves', () => {
  let world: World;
  let a: SyncClient;
  let b: SyncClient;
  beforeAll(async () => {
    world = await createWorld();
    a = world.device();
    b = world.device();
  });
  afterAll(() => world.close());

  async function newTask(values: object = {}): Promise<{ id: string; version: string }> {
    const id = v7();
    const answer = await a.push([create('task', id, { ...TASK, ...values })]);
    return { id, version: answer.results[0]?.updatedAt as string };
  }
  async function task(id: string): Promise<Record<string, unknown>> {
    return (await a.call<Record<string, unknown>>('GET', `/v1/tasks/${id}`)).body;
  }
  async function losses(id: string): Promise<unknown[]> {
    const { body } = await a.call<ConflictsResponse>('GET', `/v1/conflicts?entity=task&entityId=${id}`);
    return body.conflicts.map(({ server }) => server.values);
  }

  it.each([
    ['an edit', (id: string, version: string) => edit('task', id, version, { title: 'Second' })],
    ['a deletion', (id: string, version: string) => remove('task', id, version)],
  ])('%s waits behind an earlier edit of the record that waits for its reference', async (_, later) => {
    const { id, version } = await newTask();
    const clientId = v7();
    const batch = [edit('task', id, version, { title: 'First', clientId }), later(id, version)];
    const answer = await a.push(batch);
    expect(answer.rejected.map(({ code, retryable }) => [code, retryable])).toEqual([
      ['MISSING_REFERENCE', true],
      ['MISSING_REFERENCE', true],
    ]);
    await a.push([create('client', clientId, { name: 'Client' })]);
    const again = await a.push(batch);
    expect(again.results.map(({ outcome }) => outcome)).toEqual(['applied', 'applied']);
    const { title, deletedAt } = await task(id);
    expect(batch[1]?.op === 'delete' ? deletedAt : title).toEqual(
      batch[1]?.op === 'delete' ? expect.any(String) : 'Second',
    );
  });

  it('an edit waits behind one that a newer server will know', async () => {
    const { id, version } = await newTask();
    const answer = await a.push([
      edit('task', id, version, { title: 'First', colour: 'red' }),
      edit('task', id, version, { title: 'Second' }),
    ]);
    expect(answer.rejected.map(({ code }) => code)).toEqual(['UNKNOWN_FIELD', 'UNKNOWN_FIELD']);
    expect(await task(id)).toMatchObject({ title: TASK.title });
  });

  it('a long queue behind a waiting change is answered in one sentence each', async () => {
    const { id, version } = await newTask();
    const first = edit('task', id, version, { clientId: v7() });
    const later = Array.from({ length: 300 }, (_, index) => edit('task', id, version, { title: `Edit ${index}` }));
    const { rejected } = await a.push([first, ...later]);
    expect(rejected).toHaveLength(301);
    expect(new Set(rejected.slice(1).map(({ message }) => message)).size).toBe(1);
  });

  it('unique values change hands within one push, and the order of everything else stays', async () => {
    const [one, two] = [v7(), v7()];
    const made = await a.push([
      create('employee', one, { name: 'One', userId: 'user_one' }),
      create('employee', two, { name: 'Two', userId: 'user_two' }),
    ]);
    const [first, second] = made.results.map(({ updatedAt }) => updatedAt as string);
    const { id, version } = await newTask();
    const clientId = v7();
    const answer = await a.push([
      edit('task', id, version, { title: 'First', clientId }),
      edit('employee', one, first as string, { userId: null }),
      edit('employee', two, second as string, { userId: 'user_one' }),
      edit('employee', one, first as string, { userId: 'user_two' }),
      edit('task', id, version, { title: 'Second' }),
      create('client', clientId, { name: 'Client' }),
    ]);
    expect(answer.rejected).toEqual([]);
    expect(await task(id)).toMatchObject({ title: 'Second', clientId });
    expect((await a.call('GET', `/v1/employees/${one}`)).body).toMatchObject({ userId: 'user_two' });
  });

  it('going back to the value of the base is an edit after an own one, which met a foreign one of the same value', async () => {
    const { id, version } = await newTask();
    await b.push([edit('task', id, version, { title: 'Doors' })]);
    const answer = await a.push([
      edit('task', id, version, { title: 'Doors' }),
      edit('task', id, version, { title: TASK.title }),
    ]);
    expect(answer.results.map(({ outcome }) => outcome)).toEqual(['unchanged', 'conflict']);
    expect(await losses(id)).toEqual([{ title: 'Doors' }]);
  });

  it('a whole record sent twice in one push edits only what differs from what its sender saw', async () => {
    const { id, version } = await newTask();
    await b.push([edit('task', id, version, { status: 'completed' })]);
    const answer = await a.push([
      edit('task', id, version, { ...TASK, title: 'Edited' }),
      edit('task', id, version, { ...TASK, title: 'Edited', notes: 'and this' }),
    ]);
    expect(answer.results.map(({ outcome }) => outcome)).toEqual(['merged', 'merged']);
    expect(await task(id)).toMatchObject({ title: 'Edited', notes: 'and this', status: 'completed' });
    expect(await losses(id)).toEqual([]);
  });

  it('bringing a record back hides nothing that was written before it was deleted', async () => {
    const { id, version } = await newTask();
    const edited = await b.push([edit('task', id, version, { title: 'B typed this' })]);
    await b.push([remove('task', id, edited.results[0]?.updatedAt as string)]);
    await a.push([edit('task', id, version, { notes: 'alive' })]);
    const answer = await a.push([edit('task', id, version, { title: 'A typed this' })]);
    expect(answer.results[0]?.outcome).toBe('conflict');
    expect(await losses(id)).toContainEqual({ title: 'B typed this' });
  });

  it('making a deleted record anew brings it back, even if nothing differs', async () => {
    const { id, version } = await newTask();
    await a.push([remove('task', id, version)]);
    const answer = await a.push([create('task', id, TASK)]);
    expect(answer.results[0]).toMatchObject({ outcome: 'applied', payload: { deletedAt: null } });
  });

  it('an edit of a device is not its outbox: it collides with what the outbox sends later', async () => {
    const { id, version } = await newTask();
    await a.call('PATCH', `/v1/tasks/${id}`, { title: 'Typed in the console' });
    const answer = await a.push([edit('task', id, version, { title: 'Typed offline, before' })]);
    expect(answer.results[0]?.outcome).toBe('conflict');
    expect(await losses(id)).toEqual([{ title: 'Typed in the console' }]);
  });

  it('a base that the clock has not reached proves nothing', async () => {
    const { id, version } = await newTask();
    await b.push([edit('task', id, version, { title: 'From b' })]);
    const answer = await a.push([edit('task', id, '2199-01-01T00:00:00.000000Z', { title: 'From a' })]);
    expect(answer.results[0]?.outcome).toBe('conflict');
    expect(await losses(id)).toEqual([{ title: 'From b' }]);
    const gone = await a.push([edit('task', v7(), '2199-01-01T00:00:00.000000Z', { title: 'x' })]);
    expect(gone.rejected).toMatchObject([{ code: 'RECORD_GONE' }]);
  });

  it('a plain client that has pulled once is not believed to have seen what came after', async () => {
    const plain = world.device();
    const { id } = await newTask();
    await plain.pullAll();
    await b.call('PATCH', `/v1/tasks/${id}`, { title: 'From b' });
    const { baseUpdatedAt: _, ...unstated } = edit('task', id, null, { title: 'From a plain client' });
    const answer = await plain.push([unstated]);
    expect(answer.results[0]?.outcome).toBe('conflict');
    expect(await losses(id)).toEqual([{ title: 'From b' }]);
  });

  it('a patch does not undo a deletion, and an employee can not, either', async () => {
    const { member, employeeId } = await world.employee('ana@example.com');
    const ana = world.device(member);
    const { id, version } = await newTask({ assignedEmployeeId: employeeId });
    const deleted = await a.push([remove('task', id, version)]);
    expect(await a.call('PATCH', `/v1/tasks/${id}`, { notes: 'x' })).toMatchObject({
      status: 409,
      body: { error: { code: 'RECORD_GONE' } },
    });
    const answer = await ana.push([edit('task', id, deleted.results[0]?.updatedAt as string, { notes: 'x' })]);
    expect(answer.rejected).toMatchObject([{ code: 'FORBIDDEN' }]);
    // Made without knowing of the deletion, it is work that must not vanish.
    const unaware = await ana.push([edit('task', id, version, { notes: 'done' })]);
    expect(unaware.results[0]).toMatchObject({ outcome: 'conflict', payload: { notes: 'done', deletedAt: null } });
  });

  it('hidden fields can not be guessed: right and wrong are refused alike', async () => {
    const { employeeId } = await world.employee('bea@example.com', { hourlyRate: 21.5, phone: '555-0101' });
    const { member } = await world.employee('cleo@example.com');
    const cleo = world.device(member);
    const version = (await a.call<{ updatedAt: string }>('GET', `/v1/employees/${employeeId}`)).body.updatedAt;
    for (const guess of [{ hourlyRate: 21.5 }, { hourlyRate: 22 }, { phone: '555-0101' }, { phone: '1' }]) {
      const { rejected } = await cleo.push([edit('employee', employeeId, version, guess)]);
      expect(rejected).toMatchObject([{ code: 'FORBIDDEN', fields: Object.keys(guess) }]);
      expect((await cleo.call('PATCH', `/v1/employees/${employeeId}`, guess)).status).toBe(403);
    }
  });

  it('many creations that fail one behind the other are decided in a few rounds', async () => {
    const batch = Array.from({ length: 150 }, () => v7()).flatMap((teamId) => [
      create('team', teamId, {}),
      create('employee', v7(), { name: 'Same user', userId: 'user_same', teamId }),
    ]);
    const { answer, count } = await countStatements(world.server.services.database, () => a.push(batch));
    const { rejected } = answer;
    expect(rejected).toHaveLength(300);
    expect(count).toBeLessThan(60);
  });
});
