import type { PullResponse, Settings } from '@backhaul/shared';
import { v7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PurgeProgress } from '@backhaul/server/testing';
import { countTombstones, daysPass, purge, purgeJob } from '../support/horizon.ts';
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
let office: SyncClient;
beforeEach(async () => {
  world = await createWorld();
  office = world.device();
});
afterEach(() => world.close());

async function makeTasks(count: number, values: object = {}): Promise<{ id: string; version: string }[]> {
  const { results } = await office.push(
    Array.from({ length: count }, (_, index) => create('task', v7(), { ...TASK, title: `task ${index}`, ...values })),
  );
  return results.map(({ entityId, updatedAt }) => ({ id: entityId as string, version: updatedAt as string }));
}

/** Answers the version of each deletion. */
async function makeTombstones(count: number): Promise<string[]> {
  const made = await makeTasks(count);
  const { results } = await office.push(made.map(({ id, version }) => remove('task', id, version)));
  return results.map(({ updatedAt }) => updatedAt as string);
}

const refusal = async (client: SyncClient, since: string) => {
  const { status, body } = await client.call<{ error?: { code: string } }>(
    'GET',
    `/v1/sync/pull?since=${encodeURIComponent(since)}`,
  );
  return [status, body.error?.code];
};
const setHorizon = async (tombstoneHorizonDays: number) => {
  expect((await office.call<Settings>('PATCH', '/v1/settings', { tombstoneHorizonDays })).status).toBe(200);
};

describe('the horizon', () => {
  it('is 90 days unless a manager has set another: what is younger stays', async () => {
    await makeTombstones(3);
    await daysPass(world, 60);
    const young = await makeTombstones(2);
    await daysPass(world, 29);
    expect(await purge(world)).toBe(0);
    await daysPass(world, 2);
    expect(await purge(world)).toBe(3);
    expect(await countTombstones(world)).toMatchObject({ tombstones: 2, stubs: 3 });
    // The younger ones still tell whoever has not heard of them.
    const before = (await countTombstones(world)).purgedTo as string;
    const { changes } = await office.pull(before);
    expect(changes.filter(({ op }) => op === 'delete').map(({ updatedAt }) => updatedAt)).toEqual(young);
  });

  it('follows the setting, up and down', async () => {
    await makeTombstones(4);
    await setHorizon(3650);
    await daysPass(world, 3000);
    expect(await purge(world)).toBe(0);
    await setHorizon(7);
    expect(await purge(world)).toBe(4);
  });

  it('takes exits from a scope along, and expires the cursors that they were for', async () => {
    const { member, employeeId } = await world.employee('ana@example.com');
    const hers = world.device(member);
    const [task] = await makeTasks(1, { assignedEmployeeId: employeeId });
    const { cursor } = await hers.pullAll();
    await office.push([edit('task', task?.id as string, task?.version as string, { assignedEmployeeId: null })]);
    expect((await countTombstones(world)).exits).toBe(1);
    await daysPass(world, 91);
    expect(await purge(world)).toBe(1);
    expect(await countTombstones(world)).toMatchObject({ exits: 0, stubs: 0 });
    expect(await refusal(hers, cursor)).toEqual([410, 'CURSOR_EXPIRED']);
    expect((await hers.pullAll()).changes.map(({ entityId }) => entityId)).not.toContain(task?.id);
  });
});

describe('a purge', () => {
  it('goes in batches, and is as consistent after each as after the last', async () => {
    await makeTasks(3);
    const start = (await office.pullAll()).cursor;
    const versions = await makeTombstones(50);
    await daysPass(world, 91);
    let gone = 0;
    let from: PurgeProgress | null = null;
    for (let round = 0; gone < 50; round += 1) {
      const part: Awaited<ReturnType<typeof purgeJob>> = await purgeJob(world, { batch: 7, batches: 1 }, from);
      const { purged } = part;
      from = part.progress;
      gone += purged;
      expect(purged).toBe(round < 7 ? 7 : 1);
      const counts = await countTombstones(world);
      expect(counts).toMatchObject({ live: 3, tombstones: 50 - gone, stubs: gone, purgedTo: versions[gone - 1] });
      expect(await refusal(office, start)).toEqual([410, 'CURSOR_EXPIRED']);
      // Whoever stands at what has been purged hears of the rest, and of all of it.
      const rest = await office.pullAll(counts.purgedTo as string);
      expect(rest.changes.map(({ updatedAt }) => updatedAt)).toEqual(versions.slice(gone));
    }
    expect(await purge(world)).toBe(0);
  });

  it('changes no version, no live row, no log and not the clock', async () => {
    const live = await makeTasks(5);
    await makeTombstones(20);
    await daysPass(world, 91);
    const client = world.server.services.jobs?.owner.pool;
    const rows = async () =>
      (
        await client?.query('select * from tasks where tenant_id = $1 and deleted_at is null order by id', [
          world.tenantId,
        ])
      )?.rows;
    const before = { rows: await rows(), state: await stateOf(world) };
    expect(before.rows).toHaveLength(live.length);
    expect(await purge(world, { batch: 3, batches: 100 })).toBe(20);
    expect(await rows()).toEqual(before.rows);
    expect(await stateOf(world)).toEqual({ ...before.state, rows: expect.anything() });
  });

  it('keeps a tombstone as long as a live row refers to it, and looks at the others all the same', async () => {
    const clients = Array.from({ length: 12 }, () => v7());
    await office.push(clients.map((id) => create('client', id, { name: 'Client' })));
    const referred = clients.filter((_, index) => index % 2 === 0);
    const { results } = await office.push(referred.map((clientId) => create('task', v7(), { ...TASK, clientId })));
    await office.push(clients.map((id) => remove('client', id, null)));
    await daysPass(world, 91);
    // Jobs shorter than the row of those that stay: each goes on where the one before it stopped.
    expect(await purge(world, { batch: 2, batches: 1 })).toBe(6);
    expect(await countTombstones(world)).toMatchObject({ live: 6, tombstones: 6, stubs: 6 });
    expect(await purge(world)).toBe(0);
    // The last row that named one is deleted: first it goes itself, and then what it named.
    const [task] = results;
    await office.push([remove('task', task?.entityId as string, task?.updatedAt as string)]);
    expect(await purge(world)).toBe(1);
    await daysPass(world, 91);
    expect(await purge(world)).toBe(1);
  });

  it('three times at once purges each record once', async () => {
    const versions = await makeTombstones(60);
    await daysPass(world, 91);
    const purged = await Promise.all([1, 2, 3].map(() => purge(world, { batch: 7, batches: 100 })));
    expect(purged.reduce((sum, count) => sum + count, 0)).toBe(60);
    expect(await countTombstones(world)).toMatchObject({ tombstones: 0, stubs: 60, purgedTo: versions.at(-1) });
  });

  it('I12: cut off in the middle of a batch leaves that batch as it was, and the next purge does it all', async () => {
    const versions = await makeTombstones(30);
    await daysPass(world, 91);
    const pool = world.server.services.jobs?.owner.pool;
    if (!pool) throw new Error('No owner');
    // Its third batch waits for this row; what it has deleted by then is not committed.
    const blocker = await pool.connect();
    await blocker.query('begin');
    await blocker.query('select 1 from tasks where tenant_id = $1 and updated_at = $2 for update', [
      world.tenantId,
      versions[25],
    ]);
    const outcome = purge(world, { batch: 10, batches: 100 }).then(
      () => 'done',
      (error: Error) => error.message,
    );
    const { rows } = await waitForRow<{ pid: number }>(() =>
      pool.query(
        `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
         and query like '%purged_records%'`,
      ),
    );
    await pool.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    expect(await outcome).toMatch(/terminat/i);
    await blocker.query('rollback');
    blocker.release();
    expect(await countTombstones(world)).toMatchObject({ tombstones: 10, stubs: 20, purgedTo: versions[19] });
    expect((await office.pullAll(versions[19])).changes).toHaveLength(10);
    expect(await purge(world)).toBe(10);
    expect(await countTombstones(world)).toMatchObject({ tombstones: 0, stubs: 30, purgedTo: versions.at(-1) });
  });

  it('does not hold up eight writers, and I4: a reader that keeps up misses nothing and is never sent back', async () => {
    await makeTombstones(100);
    await daysPass(world, 91);
    const { cursor: start } = await world.device().pullAll();
    const writers = Array.from({ length: 8 }, () => world.device());
    const versions: string[] = [];
    const written = new AbortController();
    const write = Promise.all(
      writers.map(async (device) => {
        for (let round = 0; round < 9; round += 1) {
          const id = v7();
          const made = await device.push([create('task', id, TASK)]);
          versions.push(made.results[0]?.updatedAt as string);
          if (round % 3 === 0) {
            const removed = await device.push([remove('task', id, made.results[0]?.updatedAt as string)]);
            versions.push(removed.results[0]?.updatedAt as string);
          }
        }
      }),
    ).finally(() => written.abort());
    const reader = world.device();
    const seen = new Map<string, PullResponse['changes'][number]>();
    const read = (async () => {
      let since = start;
      const look = async () => {
        const page = await reader.pullAll(since, 20);
        for (const change of page.changes) {
          expect(change.updatedAt > since).toBe(true);
          seen.set(change.entityId, change);
        }
        since = page.cursor;
      };
      while (!written.signal.aborted) await look();
      await look();
    })();
    let purged = 0;
    while (!written.signal.aborted) purged += await purge(world, { batch: 5, batches: 3 });
    await Promise.all([write, read]);
    purged += await purge(world);
    expect(purged).toBe(100);
    expect(new Set(versions).size).toBe(versions.length);
    // Each record at its newest version: 8 x 9, a third of them as deletions.
    expect(seen.size).toBe(72);
    expect([...seen.values()].filter(({ op }) => op === 'delete')).toHaveLength(24);
    expect(await countTombstones(world)).toMatchObject({ tombstones: 24, stubs: 100 });
  }, 60_000);
});

describe('after a purge', () => {
  it('what refers to a purged record is taken, as of any deleted one, and a late edit of it is not', async () => {
    const client = v7();
    await office.push([create('client', client, { name: 'Gone' })]);
    const { results } = await office.push([remove('client', client, null)]);
    await daysPass(world, 91);
    await purge(world);
    const task = v7();
    const late = await world
      .device()
      .push([
        create('task', task, { ...TASK, clientId: client }),
        edit('client', client, results[0]?.updatedAt as string, { name: 'Back' }),
        remove('client', client, results[0]?.updatedAt as string),
        create('client', client, { name: 'Back' }),
      ]);
    expect(late.results.map(({ outcome }) => outcome)).toEqual(['applied', 'rejected', 'rejected', 'rejected']);
    expect(late.rejected.map(({ code, retryable }) => [code, retryable])).toEqual(
      [1, 2, 3].map(() => ['RECORD_GONE', false]),
    );
  });

  it('I3: a change that was sent before it still gets its first outcome back, and makes no ghost', async () => {
    const id = v7();
    const device = world.device();
    const change = create('task', id, TASK);
    const first = await device.push([change]);
    await office.push([remove('task', id, null)]);
    await daysPass(world, 91);
    await purge(world);
    const again = await device.push([change]);
    expect(again.results).toEqual([{ ...first.results[0] }]);
    expect((await office.call('GET', `/v1/tasks/${id}`)).status).toBe(404);
  });
});

/** Asks again until there is a row: for what another connection is about to do. */
async function waitForRow<Row>(ask: () => Promise<{ rows: Row[] }>): Promise<{ rows: Row[] }> {
  for (;;) {
    const answer = await ask();
    if (answer.rows.length > 0) return answer;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
