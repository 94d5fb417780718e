import { createSeededRandom } from '@backhaul/server/demo';
import type { PullResponse } from '@backhaul/shared';
import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addressOf } from '../support/sdk-device.ts';
import { openStream } from '../support/stream-client.ts';
import { create, createWorld, edit, type SyncClient, TASK, type World } from '../support/sync-client.ts';

let world: World;
let address: string;
beforeAll(async () => {
  // Whatever piles up is carried, so that nothing but a gap could make a reader pull.
  world = await createWorld({ streams: { maxRows: 5_000, maxBytes: 10_000_000 } });
  address = await addressOf(world);
});
afterAll(() => world.close());

const WRITERS = 12;
const ROUNDS = 8;

/** What a careful device does with a stream and pulls, counted. */
interface Reader {
  readonly seen: Map<string, string>;
  readonly applied: string[];
  carried: number;
  pulled: number;
  streams: number;
}

/**
 * Applies what is carried only on the cursor that it holds, and pulls otherwise. Comes and goes in the middle of the writing:
 * every new stream begins at the cursor it holds then.
 */
async function follow(client: SyncClient, isDone: (reader: Reader) => boolean, random: () => number): Promise<Reader> {
  const reader: Reader = { seen: new Map(), applied: [], carried: 0, pulled: 0, streams: 0 };
  const first = await client.pullAll();
  // The writers have begun: what the first pull brought is not told again.
  for (const { entityId, updatedAt } of first.changes) reader.seen.set(entityId, updatedAt);
  let { cursor } = first;
  const apply = ({ changes, nextCursor }: Pick<PullResponse, 'changes' | 'nextCursor'>): void => {
    expect(nextCursor > cursor).toBe(true);
    let last = cursor;
    for (const { entityId, updatedAt } of changes) {
      // Later than everything before, in the order of versions, and within what the event says that it covers.
      expect(updatedAt > last && updatedAt <= nextCursor).toBe(true);
      expect(updatedAt > (reader.seen.get(entityId) ?? '')).toBe(true);
      last = updatedAt;
      reader.seen.set(entityId, updatedAt);
      reader.applied.push(`${entityId} ${updatedAt}`);
    }
    cursor = nextCursor;
  };
  while (!isDone(reader)) {
    const stream = await openStream(address, client, cursor);
    reader.streams += 1;
    const stays = 1 + Math.floor(random() * 12);
    for (let count = 0; count < stays && !isDone(reader); count += 1) {
      const event = await stream.next();
      if (event.kind === 'changes' && event.since === cursor) {
        apply(event);
        reader.carried += 1;
      } else {
        const page = await client.pull(cursor);
        if (page.nextCursor !== cursor) apply(page);
        reader.pulled += 1;
      }
    }
    stream.hangUp();
    await stream.ended;
  }
  return reader;
}

it.each([1, 2, 3])(
  'I4: while 12 devices write, readers that come and go are told of every version, in order and once (run %i)',
  async (seed) => {
    const random = createSeededRandom(seed);
    const written = new Map<string, string>();
    let isWriting = true;
    const isDone = ({ seen }: Reader): boolean =>
      !isWriting && [...written].every(([id, version]) => seen.get(id) === version);
    const readers = Array.from({ length: 4 }, () => follow(world.device(), isDone, () => random.next()));
    await Promise.all(
      Array.from({ length: WRITERS }, async () => {
        const writer = world.device();
        for (let round = 0; round < ROUNDS; round += 1) {
          const ids = Array.from({ length: 3 }, () => v7());
          const made = await writer.push(ids.map((id) => create('task', id, TASK)));
          const again = made.results[0];
          const edited = await writer.push([
            edit('task', again?.entityId as string, again?.updatedAt as string, { title: `Round ${round}` }),
          ]);
          for (const { entityId, updatedAt } of [...made.results, ...edited.results])
            written.set(entityId as string, updatedAt as string);
        }
      }),
    );
    isWriting = false;
    // Wakes readers that have everything by now and wait for more.
    await world.device().push([create('team', v7(), { name: 'The end' })]);

    for (const reader of await Promise.all(readers)) {
      expect(Object.fromEntries([...written].map(([id]) => [id, reader.seen.get(id)]))).toEqual(
        Object.fromEntries(written),
      );
      expect(new Set(reader.applied).size).toBe(reader.applied.length);
      expect(reader.carried).toBeGreaterThan(1);
      expect(reader.streams).toBeGreaterThan(1);
      // Whatever is carried continues where the event before ended.
      expect(reader.pulled).toBe(0);
    }
  },
  60_000,
);
