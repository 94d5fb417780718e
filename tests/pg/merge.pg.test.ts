import type { ConflictsResponse } from '@backhaul/shared';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { create, createWorld, edit, remove, TASK, type SyncClient, type World } from '../support/sync-client.ts';

describe('two devices on one record', () => {
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
    expect(answer.rejected).toEqual([]);
    return { id, version: answer.results[0]?.updatedAt as string };
  }

  async function conflictsOf(id: string) {
    const { body } = await a.call<ConflictsResponse>('GET', `/v1/conflicts?entity=task&entityId=${id}`);
    return body.conflicts;
  }

  it('merges edits of different fields', async () => {
    const { id, version } = await newTask();
    await a.push([edit('task', id, version, { title: 'Doors' })]);
    const answer = await b.push([edit('task', id, version, { notes: 'key under the mat' })]);
    expect(answer.results[0]).toMatchObject({
      outcome: 'merged',
      payload: { title: 'Doors', notes: 'key under the mat' },
    });
    expect(await conflictsOf(id)).toEqual([]);
  });

  it('keeps the later arrival of one field and logs the other with both authors', async () => {
    const { id, version } = await newTask();
    await a.push([edit('task', id, version, { title: 'Doors', notes: 'from a' })]);
    const answer = await b.push([edit('task', id, version, { title: 'Floors', notes: 'from b' })]);
    expect(answer.results[0]).toMatchObject({ outcome: 'conflict', payload: { title: 'Floors', notes: 'from b' } });
    expect(answer.conflicts).toMatchObject([{ entity: 'task', entityId: id, winner: 'client' }]);
    const [conflict, ...others] = await conflictsOf(id);
    expect(others).toEqual([]);
    expect(conflict).toMatchObject({
      fields: ['title', 'notes'],
      winner: 'client',
      status: 'open',
      policy: 'clientWins',
      client: { values: { title: 'Floors', notes: 'from b' }, by: { name: 'Marta' }, device: b.deviceId },
      server: { values: { title: 'Doors', notes: 'from a' }, by: { name: 'Marta' }, device: a.deviceId },
    });
    expect(conflict?.summary).not.toMatch(/Doors|Floors|from/);
  });

  it('takes no whole-record echo of old values for an edit', async () => {
    const { id, version } = await newTask({ notes: 'old' });
    await a.push([edit('task', id, version, { title: 'Doors' })]);
    const answer = await b.push([edit('task', id, version, { ...TASK, notes: 'new' })]);
    expect(answer.results[0]).toMatchObject({ outcome: 'merged', payload: { title: 'Doors', notes: 'new' } });
  });

  it('lets a delete win over an unseen edit, keeps what was lost, and restores it in one call', async () => {
    const { id, version } = await newTask();
    await a.push([edit('task', id, version, { title: 'Doors' })]);
    const answer = await b.push([remove('task', id, version)]);
    expect(answer.results[0]).toMatchObject({ outcome: 'conflict', payload: { deletedAt: expect.any(String) } });
    const [conflict] = await conflictsOf(id);
    expect(conflict).toMatchObject({ fields: ['title'], server: { values: { title: 'Doors' } } });
    const resolved = await a.call('POST', `/v1/conflicts/${conflict?.id}/resolve`, { resolution: 'restore' });
    expect(resolved).toMatchObject({ status: 200, body: { record: { title: 'Doors', deletedAt: null } } });
    const again = await a.call('POST', `/v1/conflicts/${conflict?.id}/resolve`, { resolution: 'keep' });
    expect(again).toMatchObject({ status: 409, body: { error: { code: 'ALREADY_RESOLVED' } } });
  });

  it('I5: a delete that had not seen the record come back says so, and can be undone again', async () => {
    const { id, version } = await newTask();
    await a.push([remove('task', id, version)]);
    // Made anew as it was: no value says that it came back.
    await a.push([create('task', id, TASK)]);
    const answer = await b.push([remove('task', id, version)]);
    expect(answer.results[0]).toMatchObject({ outcome: 'conflict', payload: { deletedAt: expect.any(String) } });
    const [last, ...others] = await conflictsOf(id);
    expect(others).toEqual([]);
    expect(last).toMatchObject({ fields: ['deletedAt'], winner: 'client', server: { device: a.deviceId } });
    expect(last?.summary).toContain('brought a task back in one place and deleted it in another');
    const resolved = await a.call('POST', `/v1/conflicts/${last?.id}/resolve`, { resolution: 'restore' });
    expect(resolved).toMatchObject({ status: 200, body: { record: { ...TASK, deletedAt: null } } });
  });

  it('lets an edit win over an unseen delete, and says so', async () => {
    const { id, version } = await newTask();
    await a.push([remove('task', id, version)]);
    const answer = await b.push([edit('task', id, version, { title: 'Doors' })]);
    expect(answer.results[0]).toMatchObject({ outcome: 'conflict', payload: { title: 'Doors', deletedAt: null } });
    expect(await conflictsOf(id)).toMatchObject([{ fields: ['deletedAt'], winner: 'client' }]);
  });
});
