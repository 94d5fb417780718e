import { createParser } from 'eventsource-parser';
import type { ResolvedOptions } from '../options.ts';
import { type Failure, failure } from '../transport/failure.ts';
import { getToken, headersOf, messageOf, orAborted, readRefusal } from '../transport/transport.ts';
import { readMessage, type StreamMessage } from './stream-news.ts';

export interface StreamListener {
  /** The first bytes have come. */
  opened(): void;
  /** Anything has come. */
  heard(): void;
  heartbeat(): void;
  message(message: StreamMessage): void;
}

export type StreamOptions = Pick<
  ResolvedOptions,
  'url' | 'tenantId' | 'getToken' | 'fetch' | 'now' | 'timers' | 'requestTimeout'
>;

export interface StreamCall {
  readonly deviceId: string;
  readonly since: string;
  /** Of the domain as this app declares it. */
  readonly schemaVersion: number;
  readonly signal: AbortSignal;
  readonly listener: StreamListener;
}

/**
 * Reads a stream to its end. Resolves with `null` when the server has ended it, else with why it broke or was refused; never
 * rejects. With fetch, because the token goes in a header. A refused token is renewed once.
 */
export async function readStream(options: StreamOptions, call: StreamCall): Promise<Failure | null> {
  const first = await attempt(options, call, false);
  return first?.status === 401 ? attempt(options, call, true) : first;
}

async function attempt(options: StreamOptions, call: StreamCall, refresh: boolean): Promise<Failure | null> {
  // Until something has come; then the listener judges the silence.
  const timeout = new AbortController();
  const cancel = options.timers.after(options.requestTimeout, () => timeout.abort());
  const signal = AbortSignal.any([call.signal, timeout.signal]);
  try {
    const token = await orAborted(signal, getToken(options, refresh));
    if (typeof token !== 'string') return token;
    const response = await orAborted(signal, ask(options, call, token, signal));
    if (!response.ok) return await orAborted(signal, readRefusal(response, options));
    if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
      return failure('INVALID_RESPONSE', 'The answer is no event stream', { status: response.status });
    }
    const reader = response.body?.getReader?.();
    // Some platforms deliver a body only when it is complete.
    if (!reader) return failure('STREAM_UNSUPPORTED', 'This fetch does not stream', { kind: 'slow' });
    await readAll(reader, signal, { ...call.listener, opened: () => (cancel(), call.listener.opened()) });
    return null;
  } catch (error) {
    return failure(timeout.signal.aborted ? 'TIMEOUT' : 'NETWORK', messageOf(error));
  } finally {
    cancel();
  }
}

function ask(
  { url, tenantId, fetch }: StreamOptions,
  { deviceId, since, schemaVersion }: StreamCall,
  token: string,
  signal: AbortSignal,
): Promise<Response> {
  const headers = { ...headersOf({ token, tenantId, deviceId }), accept: 'text/event-stream' };
  const query = new URLSearchParams({ since, schemaVersion: `${schemaVersion}` });
  return fetch(`${url}/v1/sync/stream?${query}`, { headers, signal, cache: 'no-store' });
}

async function readAll(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  signal: AbortSignal,
  listener: StreamListener,
): Promise<void> {
  const decoder = new TextDecoder();
  let comments = 0;
  const parser = createParser({
    onEvent: ({ event, data }) => {
      const message = readMessage(event, data);
      if (message) listener.message(message);
    },
    onComment: () => {
      comments += 1;
      // The first one comes with the headers, and says no more than they.
      if (comments > 1) listener.heartbeat();
    },
  });
  try {
    for (let isOpen = false; ; isOpen = true) {
      const { done, value } = await orAborted(signal, reader.read());
      if (done) return;
      if (isOpen) listener.heard();
      else listener.opened();
      parser.feed(decoder.decode(value, { stream: true }));
    }
  } finally {
    // Whoever ends the reading, the connection goes with it. Its end has been told already.
    reader.cancel().catch(() => undefined);
  }
}
