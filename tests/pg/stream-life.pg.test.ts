import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { headersOf, type TestAppOptions } from '@backhaul/server/testing';
import { v7 } from 'uuid';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { addressOf } from '../support/sdk-device.ts';
import { askForStream, openStream, streamsOf } from '../support/stream-client.ts';
import { create, createWorld, type SyncClient, TASK, type World } from '../support/sync-client.ts';

async function start(options: TestAppOptions = {}): Promise<{ world: World; address: string }> {
  const world = await createWorld(options);
  onTestFinished(() => world.close());
  return { world, address: await addressOf(world) };
}

/** A reader below HTTP: takes what arrives only when told to, and can vanish at any moment. */
async function rawStream(address: string, client: SyncClient): Promise<Socket> {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  const headers = Object.entries({ host: hostname, ...headersOf(client) }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  socket.write(`GET /v1/sync/stream HTTP/1.1\r\n${headers.join('')}\r\n`);
  return socket;
}

const count = (world: World, expected: number) =>
  vi.waitFor(() => expect(streamsOf(world.server)).toBe(expected), 5_000);

describe('a stream', () => {
  it('is kept warm by comments, and ends in the last quarter of its life', async () => {
    const { world, address } = await start({ streams: { heartbeatMs: 50, lifetimeMs: 800 } });
    const client = world.device();
    const { cursor } = await client.pullAll();
    const openedAt = performance.now();
    const stream = await openStream(address, client, cursor);
    await stream.ended;
    const lived = performance.now() - openedAt;
    expect(lived).toBeGreaterThan(590);
    expect(lived).toBeLessThan(1_500);
    expect(stream.heartbeats).toBeGreaterThan(5);
    expect(streamsOf(world.server)).toBe(0);
  });

  it('outlives its token, and its membership is looked at without any news', async () => {
    const { world, address } = await start({ streams: { recheckMs: 100, heartbeatMs: 250 } });
    const { member } = await world.employee('ana@example.com');
    const device = world.device(member);
    const { cursor } = await device.pullAll();
    const stream = await openStream(address, device, cursor);
    // As somebody with a connection to the database would do it: the clock does not move.
    await world.server.services.database.pool.query(
      `begin; set local app.tenant_id = '${world.tenantId}'; update members set status = 'disabled' where user_id = '${member.userId}'; commit`,
    );
    await stream.ended;
    expect(stream.events).toEqual([]);
  });
});

describe('does not leak when its reader', () => {
  it('hangs up', async () => {
    const { world, address } = await start();
    const streams = await Promise.all(Array.from({ length: 20 }, () => openStream(address, world.device())));
    await count(world, 20);
    for (const stream of streams) stream.hangUp();
    await count(world, 0);
  });

  it('vanishes before the answer, or right after it', async () => {
    const { world, address } = await start();
    for (let round = 0; round < 20; round += 1) {
      const socket = await rawStream(address, world.device());
      // From before the token is checked until after the stream has begun.
      await new Promise((resolve) => setTimeout(resolve, round));
      socket.resetAndDestroy();
    }
    // One more, so that all before it have been dealt with.
    const last = await openStream(address, world.device());
    await last.next();
    await count(world, 1);
  });

  it('does not read: it is cut off, and others are not kept waiting', async () => {
    const { world, address } = await start({ streams: { maxUnread: 64 * 1024, heartbeatMs: 250 } });
    const slow = await rawStream(address, world.device());
    slow.pause();
    const client = world.device();
    const { cursor } = await client.pullAll();
    const quick = await openStream(address, client, cursor);
    await count(world, 2);
    const notes = 'x'.repeat(15_000);
    // What the sockets of both sides hold has to be filled first.
    for (let round = 0; streamsOf(world.server) === 2; round += 1) {
      expect(round).toBeLessThan(1_000);
      await world.device().push(Array.from({ length: 3 }, () => create('task', v7(), { ...TASK, notes })));
      expect(await quick.next()).toMatchObject({ kind: 'changes' });
    }
    await count(world, 1);
    const closed = once(slow, 'close');
    slow.resume();
    slow.on('error', () => undefined);
    await closed;
  }, 60_000);
});

describe('limits', () => {
  it('over its number of streams an instance says when to come back; a device that listens already may', async () => {
    const { world, address } = await start({ streams: { max: 2 } });
    const [first] = [world.device(), world.device()];
    await openStream(address, first);
    await openStream(address, world.device());
    const refused = await Promise.all(Array.from({ length: 5 }, () => askForStream(address, world.device())));
    for (const answer of refused) expect(answer).toMatchObject({ ok: false, status: 503, code: 'TOO_MANY_STREAMS' });
    const waits = refused.map((answer) => (answer.ok ? 0 : (answer.retryAfter ?? 0)));
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(15);
    expect(Math.max(...waits)).toBeLessThanOrEqual(60);
    const again = await openStream(address, first);
    await again.next();
    expect(streamsOf(world.server)).toBe(2);
    again.hangUp();
    await count(world, 1);
    await openStream(address, world.device());
  });

  it('a deployment without streams says so', async () => {
    const { world, address } = await start({ streams: { max: 0 } });
    expect(await askForStream(address, world.device())).toMatchObject({ status: 501, code: 'STREAM_UNSUPPORTED' });
  });
});

it('closing the service ends all streams promptly, also of readers that do not read', async () => {
  const world = await createWorld();
  const address = await addressOf(world);
  const streams = await Promise.all(Array.from({ length: 10 }, () => openStream(address, world.device())));
  const stuck = await rawStream(address, world.device());
  stuck.pause();
  await count(world, 11);
  const startedAt = performance.now();
  await world.close();
  expect(performance.now() - startedAt).toBeLessThan(3_000);
  await Promise.all(streams.map(({ ended }) => ended));
  expect(streamsOf(world.server)).toBe(0);
});
