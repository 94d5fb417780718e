import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { type NotifyChannel, type NotifyChannelOptions, openNotifyChannel } from './notify-channel.ts';
import { createTestDatabase, type TestDatabase } from './testing/create-test-database.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

interface Ear {
  readonly channel: NotifyChannel;
  readonly heard: string[];
  readonly troubles: unknown[];
  /** Resolves when it has begun to listen for the n-th time. */
  listening(times: number): Promise<void>;
}

async function listen(options: Partial<NotifyChannelOptions> = {}): Promise<Ear> {
  const heard: string[] = [];
  const troubles: unknown[] = [];
  let times = 0;
  const channel = openNotifyChannel({
    connectionString: db.ownerUrl,
    channel: 'test',
    onMessage: (text) => heard.push(text),
    onListening: () => {
      times += 1;
    },
    onTrouble: (error) => troubles.push(error),
    random: () => 0,
    ...options,
  });
  onTestFinished(() => channel.close());
  return {
    channel,
    heard,
    troubles,
    listening: (wanted) => vi.waitFor(() => expect(times).toBeGreaterThanOrEqual(wanted), 5_000),
  };
}

const hears = (ear: Ear, texts: readonly string[]) => vi.waitFor(() => expect(ear.heard).toEqual(texts), 5_000);

test('messages reach every connection that listens, in their order', async () => {
  const [a, b] = [await listen(), await listen()];
  await Promise.all([a.listening(1), b.listening(1)]);
  await a.channel.send(['one', 'two']);
  await b.channel.send(['three']);
  await hears(a, ['one', 'two', 'three']);
  await hears(b, ['one', 'two', 'three']);
});

test('a connection that was ended comes back, and says that it may have missed something', async () => {
  const [a, b] = [await listen(), await listen()];
  await Promise.all([a.listening(1), b.listening(1)]);
  await db.owner.pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'backhaul-pokes' and datname = current_database()",
  );
  await Promise.all([a.listening(2), b.listening(2)]);
  expect(a.troubles.length).toBeGreaterThan(0);
  await a.channel.send(['again']);
  await hears(b, ['again']);
});

test('a server that is away is asked again, and nothing can be sent meanwhile', async () => {
  const ear = await listen({ connectionString: 'postgres://nobody@127.0.0.1:9/none' });
  await vi.waitFor(() => expect(ear.troubles.length).toBeGreaterThan(2), 5_000);
  expect(ear.channel.isListening).toBe(false);
  await expect(ear.channel.send(['lost'])).rejects.toThrow('Not connected');
});

test('closing ends the connection, also one that is only being made', async () => {
  const ear = await listen();
  await ear.listening(1);
  await ear.channel.close();
  const early = await listen({ onListening: () => expect.unreachable('closed before it listened') });
  await early.channel.close();
  const { rows } = await db.owner.pool.query(
    "select 1 from pg_stat_activity where application_name = 'backhaul-pokes' and datname = current_database()",
  );
  expect(rows).toEqual([]);
});
