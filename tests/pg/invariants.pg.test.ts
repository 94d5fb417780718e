import { createSeededRandom } from '@backhaul/server/demo';
import type { ConflictsResponse, PushChange } from '@backhaul/shared';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countStatements } from '../support/count-statements.ts';
import { create, createWorld, edit, type SyncClient, TASK, type World } from '../support/sync-client.ts';

describe('under concurrent writers', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
  });
  afterAll(() => world.close());

  it.each([1, 2, 3, 4, 5])(
    'I4: a reader that polls while 12 devices write misses no committed change (run %i)',
    async () => {
      const reader = world.device();
      const seen = new Map<string, string>();
      let { cursor } = await reader.pullAll();
      let isWriting = true;
      const reading = (async () => {
        for (;;) {
          const isLastLook = !isWriting;
          const news = await reader.pullAll(cursor, 7);
          cursor = news.cursor;
          for (const { entityId, updatedAt } of news.changes) {
            // A record moves to a later version, never back: pages come in the order of commits.
            expect(updatedAt > (seen.get(entityId) ?? '')).toBe(true);
            seen.set(entityId, updatedAt);
          }
          if (isLastLook) return;
        }
      })();

      const written = new Map<string, string>();
      await Promise.all(
        Array.from({ length: 12 }, async () => {
          const writer = world.device();
          for (let round = 0; round < 6; round += 1) {
            const ids = Array.from({ length: 3 }, () => v7());
            const answer = await writer.push(ids.map((id) => create('task', id, TASK)));
            for (const result of answer.results) written.set(result.entityId as string, result.updatedAt as string);
          }
        }),
      );
      isWriting = false;
      await reading;
      expect(written.size).toBe(12 * 6 * 3);
      expect(Object.fromEntries([...written].map(([id]) => [id, seen.get(id)]))).toEqual(Object.fromEntries(written));
    },
    60_000,
  );

  it('I5: 12 devices overwrite the same 20 records, and every overwritten value is logged exactly once', async () => {
    const office = world.device();
    const ids = Array.from({ length: 20 }, () => v7());
    const made = await office.push(ids.map((id) => create('task', id, TASK)));
    const base = new Map(made.results.map(({ entityId, updatedAt }) => [entityId, updatedAt]));

    await Promise.all(
      Array.from({ length: 12 }, async (_, device) => {
        const writer = world.device();
        await Promise.all(
          [ids.slice(0, 7), ids.slice(7, 14), ids.slice(14)].map((part) =>
            writer.push(part.map((id) => edit('task', id, base.get(id) ?? null, { title: `device ${device}` }))),
          ),
        );
      }),
    );

    const logged = await allConflicts(office);
    const current = new Map(
      (await office.pullAll()).changes.map(({ entityId, payload }) => [entityId, payload?.title]),
    );
    for (const id of ids) {
      const lost = logged.filter(({ entityId }) => entityId === id).map(({ server }) => server.values.title);
      const everyValue = Array.from({ length: 12 }, (_, device) => `device ${device}`);
      expect([...lost, current.get(id)].toSorted()).toEqual(everyValue.toSorted());
    }
  }, 60_000);

  async function allConflicts(client: SyncClient) {
    const conflicts: ConflictsResponse['conflicts'] = [];
    let since = '';
    for (;;) {
      const { body } = await client.call<ConflictsResponse>('GET', `/v1/conflicts?entity=task&limit=100${since}`);
      conflicts.push(...body.conflicts);
      if (!body.hasMore) return conflicts;
      since = `&since=${body.nextCursor}`;
    }
  }
});

describe('I3: a change takes effect at most once', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
  });
  afterAll(() => world.close());

  it('sent five times, in shuffled batches and at once: one version and one audit row each', async () => {
    const device = world.device();
    const random = createSeededRandom(20_261_121);
    const changes = Array.from({ length: 30 }, () => create('task', v7(), TASK));
    const batches = Array.from({ length: 5 }, () => random.shuffled(changes)).flatMap((order) => [
      order.slice(0, 13),
      order.slice(13),
    ]);
    const answers = await Promise.all(random.shuffled(batches).map((batch) => device.push(batch)));
    const versions = Map.groupBy(
      answers.flatMap(({ results }) => results),
      (result) => result.changeId,
    );
    for (const { changeId, entityId } of changes) {
      expect(versions.get(changeId)?.map(({ outcome, updatedAt }) => [outcome, updatedAt])).toEqual(
        Array.from({ length: 5 }, () => ['applied', versions.get(changeId)?.[0]?.updatedAt]),
      );
      const { body } = await device.call<{ audit: unknown[] }>('GET', `/v1/audit?entity=task&entityId=${entityId}`);
      expect(body.audit).toHaveLength(1);
    }
  });

  it('a late duplicate of an unchanged or rejected change does nothing after a newer edit', async () => {
    const device = world.device();
    const id = v7();
    const made = await device.push([create('task', id, TASK)]);
    const version = made.results[0]?.updatedAt as string;
    const unchanged = edit('task', id, version, { title: TASK.title });
    const rejected = edit('task', id, version, { date: '2026-02-30' });
    const first = await device.push([unchanged, rejected]);
    expect(first.results.map(({ outcome }) => outcome)).toEqual(['unchanged', 'rejected']);

    const newer = await device.push([edit('task', id, version, { title: 'Newer' })]);
    const late = await device.push([rejected, unchanged]);
    expect(late.results.map(({ outcome }) => outcome)).toEqual(['rejected', 'unchanged']);
    expect(late.results[1]?.payload).toMatchObject({ title: 'Newer', updatedAt: newer.results[0]?.updatedAt });
    expect(late.cursor).toBe(newer.cursor);
  });

  it('a change whose answer was lost and whose field was then edited again: both edits arrive', async () => {
    const device = world.device();
    const id = v7();
    const made = await device.push([create('task', id, TASK)]);
    const version = made.results[0]?.updatedAt as string;
    const lost: PushChange = edit('task', id, version, { title: 'First' }) as PushChange;
    await device.push([lost]);
    // The device saw no answer: it sends the same change again, and the second edit on the base of the first.
    const answer = await device.push([lost, edit('task', id, version, { title: 'Second' })]);
    expect(answer.results.map(({ outcome }) => outcome)).toEqual(['applied', 'applied']);
    expect(answer.conflicts).toEqual([]);
    const { body } = await device.call<{ audit: { changes: { title?: { to: string } } }[] }>(
      'GET',
      `/v1/audit?entity=task&entityId=${id}`,
    );
    expect(body.audit.map(({ changes }) => changes.title?.to)).toEqual([TASK.title, 'First', 'Second']);
  });

  it('an edit back to the value of the base still wins over the own edit that came between', async () => {
    const device = world.device();
    const id = v7();
    const made = await device.push([create('task', id, TASK)]);
    const version = made.results[0]?.updatedAt as string;
    await device.push([edit('task', id, version, { title: 'First' })]);
    const answer = await device.push([edit('task', id, version, { title: TASK.title })]);
    expect(answer.results[0]).toMatchObject({ outcome: 'applied', payload: { title: TASK.title } });
  });

  it('keeps receipts apart by tenant', async () => {
    const device = world.device();
    const change = create('task', v7(), TASK);
    await device.push([change]);
    const other = await world.server.createTenant(world.manager.token, 'Another');
    const { statusCode, body } = await world.server.app.inject({
      method: 'POST',
      url: '/v1/sync/push',
      headers: { authorization: `Bearer ${world.manager.token}`, 'x-tenant-id': other.id },
      body: { deviceId: device.deviceId, changes: [change] },
    });
    expect(statusCode).toBe(200);
    expect(JSON.parse(body).results[0].outcome).toBe('applied');
  });
});

describe('push is set-based', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
  });
  afterAll(() => world.close());

  it('1,000 changes use no more statements than 10, for creates, merges and conflicts', async () => {
    const [a, b] = [world.device(), world.device()];
    const counts = async (size: number) => {
      const ids = Array.from({ length: size }, () => v7());
      const creating = await countStatements(world.server.services.database, () =>
        a.push(ids.map((id) => create('task', id, TASK))),
      );
      const base = new Map(creating.answer.results.map(({ entityId, updatedAt }) => [entityId, updatedAt]));
      const on = (id: string) => base.get(id) ?? null;
      const merging = await countStatements(world.server.services.database, () =>
        a.push(ids.map((id) => edit('task', id, on(id), { title: 'A' }))),
      );
      const conflicting = await countStatements(world.server.services.database, () =>
        b.push(ids.map((id) => edit('task', id, on(id), { title: 'B' }))),
      );
      expect(creating.answer.rejected).toEqual([]);
      expect(conflicting.answer.conflicts).toHaveLength(size);
      return [creating.count, merging.count, conflicting.count];
    };
    // The first use of a tenant's keys, of a device and of each statement's plan are no part of the comparison.
    await counts(1);
    await b.push([]);
    const few = await counts(10);
    const many = await counts(1000);
    expect(many).toEqual(few);
    expect(Math.max(...few)).toBeLessThanOrEqual(20);
  }, 60_000);
});
