import { expect, test, vi } from 'vitest';
import { ManualTimers } from '../testing/manual-timers.ts';
import { TENANT } from '../testing/open-device.ts';
import { errorAnswer, json, pullAnswer, version } from '../testing/scripted-server.ts';
import { ScriptedStream } from '../testing/scripted-stream.ts';
import { readStream, type StreamOptions } from './read-stream.ts';

const URL = `http://server.test/v1/sync/stream?since=${encodeURIComponent(version(1))}&schemaVersion=7`;
const news = { since: version(1), ...pullAnswer([], { nextCursor: version(2) }) };

/** Reads what `answers` give, one after the other, and notes what the listener hears. */
function read(answers: (() => Response | Promise<Response>)[], options: Partial<StreamOptions> = {}) {
  const heard: unknown[] = [];
  const asked: { url: string; authorization: string | null }[] = [];
  const hungUp = new AbortController();
  const timers = new ManualTimers();
  const ended = readStream(
    {
      url: 'http://server.test',
      tenantId: TENANT as StreamOptions['tenantId'],
      getToken: async ({ refresh }) => (refresh ? 'fresh' : 'stale'),
      now: () => 0,
      timers,
      requestTimeout: 30_000,
      fetch: async (input, init) => {
        asked.push({ url: input as string, authorization: new Headers(init?.headers).get('authorization') });
        const answer = answers.shift();
        if (!answer) throw new TypeError('no more answers');
        return answer();
      },
      ...options,
    },
    {
      deviceId: 'device',
      since: version(1),
      schemaVersion: 7,
      signal: hungUp.signal,
      listener: {
        opened: () => heard.push('opened'),
        heard: () => heard.push('heard'),
        heartbeat: () => heard.push('heartbeat'),
        message: (message) => heard.push(message),
      },
    },
  );
  return { heard, asked, timers, ended, hangUp: () => hungUp.abort() };
}

test('events arrive whole, however the bytes are cut', async () => {
  const stream = new ScriptedStream();
  const { heard, ended } = read([() => stream.response]);
  const text = `:\n\nevent: changes\ndata: ${JSON.stringify({ ...news, serverTime: 'März ✓' })}\n\nevent: poke\ndata: {"cursor":"x"}\n\n:\n\n`;
  for (const byte of new TextEncoder().encode(text)) stream.bytes(Uint8Array.of(byte));
  stream.end();
  expect(await ended).toBeNull();
  expect(heard.filter((one) => one !== 'heard')).toEqual([
    'opened',
    { kind: 'changes', news: { ...news, serverTime: 'März ✓' } },
    { kind: 'poke' },
    'heartbeat',
  ]);
});

test('the first comment opens the stream, and only those after it are heartbeats', async () => {
  const stream = new ScriptedStream();
  const { heard, ended, timers } = read([() => stream.response]);
  stream.comment();
  await vi.waitFor(() => expect(heard).toEqual(['opened']));
  expect(timers.delays).toEqual([]);
  stream.comment();
  await vi.waitFor(() => expect(heard).toEqual(['opened', 'heard', 'heartbeat']));
  stream.end();
  expect(await ended).toBeNull();
});

test.each([
  ['unknown events are left alone', 'event: later\ndata: {}\n\n', []],
  ['news that cannot be read is a poke', 'event: changes\ndata: {"changes":\n\n', [{ kind: 'poke' }]],
  [
    'so is news without its beginning',
    `event: changes\ndata: ${JSON.stringify(pullAnswer([]))}\n\n`,
    [{ kind: 'poke' }],
  ],
  [
    'so is news that is not all',
    `event: changes\ndata: ${JSON.stringify({ ...news, hasMore: true })}\n\n`,
    [{ kind: 'poke' }],
  ],
])('%s', async (_, text, messages) => {
  const stream = new ScriptedStream();
  const { heard, ended } = read([() => stream.response]);
  stream.write(text).end();
  expect(await ended).toBeNull();
  expect(heard).toEqual(['opened', ...messages]);
});

test('a refused token is renewed once', async () => {
  const stream = new ScriptedStream();
  const first = read([() => errorAnswer(401, 'TOKEN_EXPIRED'), () => stream.response]);
  stream.end();
  expect(await first.ended).toBeNull();
  expect(first.asked).toEqual([
    { url: URL, authorization: 'Bearer stale' },
    { url: URL, authorization: 'Bearer fresh' },
  ]);
  const second = read([() => errorAnswer(401, 'TOKEN_EXPIRED'), () => errorAnswer(401, 'TOKEN_EXPIRED')]);
  expect(await second.ended).toMatchObject({ code: 'TOKEN_EXPIRED', status: 401 });
});

test.each([
  [
    'no room',
    () => errorAnswer(503, 'TOO_MANY_STREAMS', { 'retry-after': '20' }),
    { kind: 'transient', code: 'TOO_MANY_STREAMS', retryAfter: 20_000 },
  ],
  ['a revoked device', () => errorAnswer(403, 'DEVICE_REVOKED'), { kind: 'revoked' }],
  ['a scope that changed', () => errorAnswer(409, 'RESYNC_REQUIRED'), { kind: 'resync' }],
  [
    'a page of somebody else',
    () => new Response('<html>', { headers: { 'content-type': 'text/html' } }),
    { kind: 'transient', code: 'INVALID_RESPONSE' },
  ],
  ['no network', () => Promise.reject(new TypeError('no network')), { kind: 'transient', code: 'NETWORK' }],
  [
    'a platform that delivers bodies whole',
    () =>
      ({
        ok: true,
        status: 200,
        headers: new Headers({ 'content-type': 'text/event-stream' }),
        body: null,
      }) as unknown as Response,
    { code: 'STREAM_UNSUPPORTED' },
  ],
  ['a service without streams', () => json({}, 404), { status: 404 }],
])('%s is a failure that says what to do', async (_, answer, expected) => {
  const { ended, heard, timers } = read([answer]);
  expect(await ended).toMatchObject(expected);
  expect(heard).toEqual([]);
  expect(timers.delays).toEqual([]);
});

test('headers alone do not make a stream: something has to come in time', async () => {
  const stream = new ScriptedStream();
  const { ended, timers, heard } = read([() => stream.response]);
  await vi.waitFor(() => expect(timers.delays).toEqual([30_000]));
  timers.fire(30_000);
  expect(await ended).toMatchObject({ kind: 'transient', code: 'TIMEOUT' });
  expect(heard).toEqual([]);
});

test('a line that breaks is a failure; hanging up ends the connection', async () => {
  const broken = new ScriptedStream();
  const reading = read([() => broken.response]);
  broken.comment();
  await vi.waitFor(() => expect(reading.heard).toEqual(['opened']));
  broken.break();
  expect(await reading.ended).toMatchObject({ kind: 'transient', code: 'NETWORK' });

  const stream = new ScriptedStream();
  const other = read([() => stream.response]);
  stream.comment();
  await vi.waitFor(() => expect(other.heard).toEqual(['opened']));
  other.hangUp();
  await stream.hungUp;
  expect(await other.ended).toMatchObject({ code: 'NETWORK' });
});
