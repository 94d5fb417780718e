import { createDatabase } from '@backhaul/db';
import { createTestDatabase, type TestDatabase } from '@backhaul/db/testing';
import { createTestApp, type TestApp, type TestAppOptions } from '@backhaul/server/testing';
import { v7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openStream, type OpenStream } from '../support/stream-client.ts';
import { create, createWorld, type SyncClient, TASK, type World } from '../support/sync-client.ts';

// Two services on one database. What is pushed to one must reach those who listen to the other.

let db: TestDatabase;
beforeEach(async () => {
  db = await createTestDatabase();
});
afterEach(() => db.drop());

const ANNOUNCED = 'backhaul-pokes';
/** So long that no look at the clocks can be what brings the news. */
const NO_LOOKS = { lookMs: 600_000, blindLookMs: 600_000 };

interface Pair {
  readonly world: World;
  /** Pushes here. */
  readonly writer: SyncClient;
  /** Listens at the other instance, which is at `address`. */
  readonly reader: SyncClient;
  readonly other: TestApp;
  readonly address: string;
}

async function startPair(here: TestAppOptions, there: TestAppOptions): Promise<Pair> {
  const world = await createWorld({ database: db.app, ...here });
  onTestFinished(() => world.close());
  const database = createDatabase({ connectionString: db.appUrl });
  onTestFinished(() => database.close());
  const other = await createTestApp({ database, ...there });
  onTestFinished(() => other.close());
  const address = await other.app.listen({ host: '127.0.0.1', port: 0 });
  return { world, writer: world.device(), reader: world.device(), other, address };
}

const direct = (): TestAppOptions => ({ pokeRoute: { kind: 'direct', connectionString: db.ownerUrl } });

/** A stream whose first read is over: nothing that comes later comes with that. */
async function listen({ address, reader }: Pair): Promise<OpenStream> {
  const stream = await openStream(address, reader);
  expect(await stream.next()).toMatchObject({ kind: 'poke' });
  return stream;
}

/** Connections that listen for pokes now. */
async function listeners(): Promise<number[]> {
  const { rows } = await db.owner.pool.query<{ pid: number }>(
    'select pid from pg_stat_activity where application_name = $1 and datname = current_database() and query ~* $2',
    [ANNOUNCED, 'listen|notify'],
  );
  return rows.map(({ pid }) => pid);
}

const listening = (count: number) =>
  vi.waitFor(async () => expect(await listeners()).toHaveLength(count), { timeout: 10_000 });

const write = async ({ writer }: Pair): Promise<string> => {
  const id = v7();
  await writer.push([create('task', id, TASK)]);
  return id;
};

const carries = (id: string) => ({ kind: 'changes', changes: [{ entityId: id }] });

describe('a poke crosses', () => {
  it('from an instance with a connection of its own to another', async () => {
    const pair = await startPair({ ...direct(), streams: NO_LOOKS }, { ...direct(), streams: NO_LOOKS });
    await listening(2);
    const stream = await listen(pair);
    const id = await write(pair);
    expect(await stream.next()).toMatchObject(carries(id));
  });

  it('from one that has only the pool of the application role', async () => {
    const pair = await startPair({ pokeRoute: { kind: 'pool' } }, { ...direct(), streams: NO_LOOKS });
    await listening(1);
    const stream = await listen(pair);
    const id = await write(pair);
    expect(await stream.next()).toMatchObject(carries(id));
  });

  it('with a revocation', async () => {
    const pair = await startPair({ ...direct() }, { ...direct(), streams: NO_LOOKS });
    await listening(2);
    const stream = await listen(pair);
    await pair.writer.call('DELETE', `/v1/devices/${pair.reader.deviceId}`);
    expect(await stream.next()).toEqual({ kind: 'revoked' });
    await stream.ended;
  });
});

describe('a poke that is lost is made up for', () => {
  it('by a look at the clocks, where nobody can listen', async () => {
    const pair = await startPair({}, { pokeRoute: { kind: 'pool' }, streams: { blindLookMs: 50 } });
    const stream = await listen(pair);
    const id = await write(pair);
    expect(await stream.next()).toMatchObject(carries(id));
  });

  it('by a look at the clocks, where the poke was never sent', async () => {
    const pair = await startPair({}, { ...direct(), streams: { lookMs: 50, blindLookMs: 50 } });
    await listening(1);
    const stream = await listen(pair);
    const id = await write(pair);
    expect(await stream.next()).toMatchObject(carries(id));
  });

  it('at the latest when the connection that listens is back after it was cut', async () => {
    const pair = await startPair({}, { ...direct(), streams: NO_LOOKS });
    await listening(1);
    const stream = await listen(pair);
    const [cut] = await listeners();
    const id = await write(pair);
    expect(stream.events).toHaveLength(1);
    await db.owner.pool.query('select pg_terminate_backend($1)', [cut]);
    expect(await stream.next()).toMatchObject(carries(id));
    expect(await listeners()).not.toContain(cut);
    await listening(1);
  });
});

it('an instance that nobody listens to asks the database for nothing', async () => {
  const pair = await startPair({}, { pokeRoute: { kind: 'pool' }, streams: { blindLookMs: 20 } });
  const connect = vi.spyOn(pair.other.services.database.pool, 'connect');
  for (let round = 0; round < 5; round += 1) await write(pair);
  expect(connect).not.toHaveBeenCalled();
  // And once somebody does, for the clocks.
  await listen(pair);
  await vi.waitFor(() => expect(connect.mock.calls.length).toBeGreaterThan(5));
});
