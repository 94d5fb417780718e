import type { ErrorCode, PullResponse } from '@backhaul/shared';
import { headersOf, type TestApp } from '@backhaul/server/testing';
import { createParser } from 'eventsource-parser';
import { onTestFinished } from 'vitest';
import type { SyncClient } from './sync-client.ts';

export type StreamEvent =
  | ({ readonly kind: 'changes'; readonly since: string } & PullResponse)
  | { readonly kind: 'poke'; readonly cursor: string }
  | { readonly kind: 'revoked' };

/** A stream as any client reads it: nothing of the SDK. */
export interface OpenStream {
  readonly headers: Headers;
  /** All events so far. */
  readonly events: readonly StreamEvent[];
  /** Comments so far; the first comes with the headers. */
  readonly heartbeats: number;
  /** Milliseconds since 1970, of each event. */
  readonly arrivals: readonly number[];
  /** The next event that nobody has taken yet; rejects when the stream ends without one. */
  next(): Promise<StreamEvent>;
  /** Resolves when there is nothing more to come, whoever ended it. */
  readonly ended: Promise<void>;
  hangUp(): void;
}

export type StreamAnswer =
  | { readonly ok: true; readonly stream: OpenStream }
  | {
      readonly ok: false;
      readonly status: number;
      readonly code: ErrorCode;
      readonly retryAfter: number | null;
    };

/** Opens a stream of a service that listens at `address`; it is hung up when the test ends. */
export async function askForStream(
  address: string,
  client: Pick<SyncClient, 'token' | 'tenantId' | 'deviceId'>,
  since?: string,
): Promise<StreamAnswer> {
  const hungUp = new AbortController();
  const query = since === undefined ? '' : `?${new URLSearchParams({ since })}`;
  const response = await fetch(`${address}/v1/sync/stream${query}`, {
    headers: headersOf(client),
    signal: hungUp.signal,
  });
  if (!response.ok || !response.body) {
    const { error } = (await response.json()) as { error: { code: ErrorCode } };
    const retryAfter = response.headers.get('retry-after');
    return {
      ok: false,
      status: response.status,
      code: error.code,
      retryAfter: retryAfter === null ? null : Number(retryAfter),
    };
  }
  onTestFinished(() => hungUp.abort());
  return { ok: true, stream: read(response, hungUp) };
}

/** Streams that an instance counts as open. */
export function streamsOf({ app }: Pick<TestApp, 'app'>): number {
  return (app as unknown as { streams: { size: number } }).streams.size;
}

/** As `askForStream`; throws unless it is opened. */
export async function openStream(...args: Parameters<typeof askForStream>): Promise<OpenStream> {
  const answer = await askForStream(...args);
  if (!answer.ok) throw new Error(`No stream: ${answer.status} ${answer.code}`);
  return answer.stream;
}

function read(response: Response, hungUp: AbortController): OpenStream {
  const events: StreamEvent[] = [];
  const arrivals: number[] = [];
  let taken = 0;
  let heartbeats = 0;
  let hasEnded = false;
  let wake = (): void => undefined;
  const parser = createParser({
    onEvent: ({ event, data }) => {
      events.push({ kind: event, ...JSON.parse(data) } as StreamEvent);
      arrivals.push(Date.now());
      wake();
    },
    onComment: () => {
      heartbeats += 1;
    },
    onError: (error) => {
      throw error;
    },
  });
  const readAll = async (): Promise<void> => {
    try {
      const decoder = new TextDecoder();
      for await (const bytes of response.body ?? []) parser.feed(decoder.decode(bytes, { stream: true }));
    } catch (error) {
      // Hung up by either side.
      if (!(error instanceof Error) || !/abort|terminated/i.test(error.message)) throw error;
    } finally {
      hasEnded = true;
      wake();
    }
  };
  const ended = readAll();
  return {
    headers: response.headers,
    events,
    arrivals,
    get heartbeats() {
      return heartbeats;
    },
    async next() {
      while (taken >= events.length) {
        if (hasEnded) throw new Error(`The stream ended after ${events.length} events`);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      taken += 1;
      return events[taken - 1] as StreamEvent;
    },
    ended,
    hangUp: () => hungUp.abort(),
  };
}
