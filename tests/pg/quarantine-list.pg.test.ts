import { v7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applyEntry, decideAll, discardEntry, handOver, quarantineOf, waitingIn } from '../support/escrow.ts';
import { createQuarantineWorld, type QuarantineWorld } from '../support/quarantine-world.ts';
import { create, createNeighbour, edit, remove, TASK } from '../support/sync-client.ts';

let q: QuarantineWorld;
beforeEach(async () => {
  q = await createQuarantineWorld();
});
afterEach(() => q.close());

describe('the list', () => {
  it('shows what was typed beside the record as it is now', async () => {
    const { office, made, makeTask, quarantined } = q;
    await office.push([edit('task', made.id, made.version, { title: 'Doors', notes: 'From the office' })]);
    const gone = await makeTask();
    await office.push([remove('task', gone.id, gone.version)]);
    await quarantined(
      edit('task', made.id, made.version, { title: 'Mine', status: 'completed', notes: 'From the office' }),
      remove('task', gone.id, gone.version),
      edit('task', v7(), made.version, { title: 'x' }),
    );
    const [edited, deleted, unknown] = await waitingIn(office);
    expect(edited).toMatchObject({
      values: { title: 'Mine', status: 'completed', notes: 'From the office' },
      current: {
        state: 'live',
        values: { title: 'Doors', status: 'scheduled', notes: 'From the office' },
        changedSince: ['title'],
      },
      summary: 'ana changed the title, status and notes of a task. It did not arrive: the device had been revoked.',
    });
    expect(deleted).toMatchObject({ op: 'delete', values: {}, current: { state: 'deleted' } });
    expect(deleted?.current.values).toMatchObject({ title: TASK.title });
    expect(unknown).toMatchObject({ current: { state: 'none', values: {}, updatedAt: null } });
  });

  it('is filtered, counted and paged in both orders', async () => {
    const { world, office, ana, made, quarantined } = q;
    const { member: bea } = await world.employee('bea@example.com');
    const hers = world.device(bea);
    await hers.pull();
    const [a, b] = await quarantined(create('task', v7(), TASK), edit('task', made.id, made.version, { title: 'x' }));
    await handOver(world, hers, { changes: [create('team', v7(), { name: 'South' })], reason: 'signedOut' });
    await discardEntry(office, a as string);
    const ids = async (query: Record<string, string>) =>
      (await quarantineOf(office, query)).quarantine.map(({ id }) => id);
    const all = await ids({});
    expect(all).toHaveLength(3);
    expect(await ids({ order: 'desc' })).toEqual(all.toReversed());
    expect(await ids({ status: 'waiting' })).toEqual([b, all[2]]);
    expect(await ids({ device: hers.deviceId.toUpperCase() })).toEqual([all[2]]);
    expect(await ids({ author: ana.userId })).toEqual([a, b]);
    expect(await ids({ entity: 'team' })).toEqual([all[2]]);
    expect((await quarantineOf(office, { author: ana.userId })).counts).toEqual({
      waiting: 1,
      applied: 0,
      discarded: 1,
    });
    const page = await quarantineOf(office, { order: 'desc', limit: '2' });
    expect(page).toMatchObject({ hasMore: true, nextCursor: page.quarantine[1]?.createdAt });
    expect(await ids({ order: 'desc', since: page.nextCursor as string })).toEqual([a]);
    for (const wrong of [{ since: 'x' }, { author: 'a b' }, { device: 'x' }, { status: 'lost' }, { limit: '0' }]) {
      const { status } = await office.call('GET', `/v1/quarantine?${new URLSearchParams(wrong as never)}`);
      expect({ wrong, status }).toEqual({ wrong, status: 400 });
    }
  });

  it('I6: is for the managers of the tenant alone', async () => {
    const { world, office, quarantined } = q;
    const [id] = await quarantined(create('task', v7(), TASK));
    const { member: bea } = await world.employee('bea@example.com');
    const neighbour = await createNeighbour(world);
    for (const [caller, status] of [
      [world.device(bea), 403],
      [neighbour, 404],
    ] as const) {
      const answers = [
        await applyEntry(caller, id as string),
        await discardEntry(caller, id as string),
        await caller.call('POST', '/v1/quarantine/apply', { ids: [id] }),
      ];
      // The neighbour asks in its own tenant, which has no such entry.
      expect(answers.map((answer) => answer.status).slice(0, 2)).toEqual([status, status]);
      expect((await caller.call('GET', '/v1/quarantine')).status).toBe(status === 403 ? 403 : 200);
    }
    expect(await decideAll(neighbour, 'apply', [id as string])).toMatchObject([
      { status: null, refusal: { code: 'NOT_FOUND' } },
    ]);
    expect(await waitingIn(office)).toHaveLength(1);
  });
});
