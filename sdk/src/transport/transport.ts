import {
  ERROR_CODES,
  type EscrowRequest,
  type PullResponse,
  type PushRequest,
  type PushResponse,
} from '@backhaul/shared';
import type { BackhaulErrorCode } from '../errors.ts';
import type { Exchange } from '../inspect/cycle-log.ts';
import type { ResolvedOptions } from '../options.ts';
import { type Failure, failure, failureKind } from './failure.ts';
import { isPullResponse, isPushResponse, isTaken } from './read-answer.ts';

/** The instants around a request, in milliseconds of the device's clock. */
export interface Timing {
  readonly sentAt: number;
  readonly answeredAt: number;
}

export type Answer<T> =
  | { readonly ok: true; readonly body: T; readonly timing: Timing }
  | { readonly ok: false; readonly failure: Failure };

export interface PullRequest {
  readonly since: string | null;
  readonly limit: number;
  /** Of the domain as this app declares it. */
  readonly schemaVersion: number;
}

/** The service, as far as the sync engine needs it. Nothing here throws; an abort of `signal` is a failure like others. */
export interface Transport {
  push(body: PushRequest, signal: AbortSignal): Promise<Answer<PushResponse>>;
  pull(request: PullRequest, signal: AbortSignal): Promise<Answer<PullResponse>>;
  /** Hands over what may not be pushed. */
  escrow(body: EscrowRequest, signal: AbortSignal): Promise<Answer<{ readonly ok: true }>>;
  /** Any other route: a POST of the body, or a GET without one. */
  call<T>(path: string, body: object | null, guard: Guard<T>, signal: AbortSignal): Promise<Answer<T>>;
}

type OnExchange = (exchange: Exchange) => void;

type TransportOptions = { readonly onExchange?: OnExchange } & Pick<
  ResolvedOptions,
  'url' | 'tenantId' | 'language' | 'getToken' | 'fetch' | 'now' | 'timers' | 'requestTimeout'
>;

export function createTransport(options: TransportOptions, deviceId: string): Transport {
  return {
    push: (body, signal) =>
      request(
        options,
        deviceId,
        { kind: 'push', method: 'POST', path: '/v1/sync/push', body: JSON.stringify(body), signal },
        isPushResponse,
      ),
    escrow: (body, signal) =>
      request(
        options,
        deviceId,
        { kind: 'other', method: 'POST', path: '/v1/escrow', body: JSON.stringify(body), signal },
        isTaken,
      ),
    pull: ({ since, limit, schemaVersion }, signal) => {
      const query = new URLSearchParams({ limit: `${limit}`, schemaVersion: `${schemaVersion}` });
      if (since !== null) query.set('since', since);
      return request(
        options,
        deviceId,
        { kind: 'pull', method: 'GET', path: `/v1/sync/pull?${query}`, signal },
        isPullResponse,
      );
    },
    call: (path, body, guard, signal) => {
      const sent = body === null ? { method: 'GET' as const } : { method: 'POST' as const, body: JSON.stringify(body) };
      return request(options, deviceId, { kind: 'other', path, signal, ...sent }, guard);
    },
  };
}

interface Call {
  /** `other`: no part of a cycle. */
  readonly kind: 'push' | 'pull' | 'other';
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
  readonly signal: AbortSignal;
}

type Guard<T> = (body: unknown) => body is T;

/** One request; when the token is refused, once more with a fresh one. */
async function request<T>(
  options: TransportOptions,
  deviceId: string,
  call: Call,
  guard: Guard<T>,
): Promise<Answer<T>> {
  const first = await attempt(options, deviceId, call, guard, false);
  if (first.ok || first.failure.status !== 401) return first;
  return attempt(options, deviceId, call, guard, true);
}

async function attempt<T>(
  options: TransportOptions,
  deviceId: string,
  call: Call,
  guard: Guard<T>,
  refresh: boolean,
): Promise<Answer<T>> {
  const timeout = new AbortController();
  const cancel = options.timers.after(options.requestTimeout, () => timeout.abort());
  const signal = AbortSignal.any([call.signal, timeout.signal]);
  try {
    const token = await orAborted(signal, getToken(options, refresh));
    if (typeof token !== 'string') return { ok: false, failure: token };
    return await orAborted(signal, exchange(options, deviceId, { ...call, signal }, guard, token));
  } catch (error) {
    const code = timeout.signal.aborted ? 'TIMEOUT' : 'NETWORK';
    return { ok: false, failure: failure(code, messageOf(error)) };
  } finally {
    cancel();
  }
}

export async function getToken(
  { getToken: ask }: Pick<TransportOptions, 'getToken'>,
  refresh: boolean,
): Promise<string | Failure> {
  try {
    return await ask({ refresh });
  } catch (error) {
    return failure('TOKEN_UNAVAILABLE', messageOf(error));
  }
}

async function exchange<T>(
  { url, tenantId, language, fetch, now, onExchange }: TransportOptions,
  deviceId: string,
  { kind, method, path, body, signal }: Call,
  guard: Guard<T>,
  token: string,
): Promise<Answer<T>> {
  const headers = {
    ...headersOf({ token, tenantId, deviceId }),
    ...(language === undefined ? {} : { 'accept-language': language }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const sentAt = now();
  const response = await fetch(`${url}${path}`, { method, headers, signal, ...(body === undefined ? {} : { body }) });
  const text = await response.text();
  const answer = parseJson(text);
  const timing = { sentAt, answeredAt: now() };
  if (kind !== 'other')
    onExchange?.({
      kind,
      milliseconds: timing.answeredAt - sentAt,
      bytesSent: bytes(body),
      bytesReceived: bytes(text),
    });
  if (!response.ok) return { ok: false, failure: readFailure(response, answer, { tenantId, now: timing.answeredAt }) };
  // A captive portal answers 200, too.
  if (!guard(answer)) {
    const message = 'The answer is not one of this service';
    return { ok: false, failure: failure('INVALID_RESPONSE', message, { status: response.status }) };
  }
  return { ok: true, body: answer, timing };
}

/** On every call of this device. */
export function headersOf({ token, tenantId, deviceId }: { token: string; tenantId: string; deviceId: string }) {
  return { authorization: `Bearer ${token}`, 'x-tenant-id': tenantId, 'x-device-id': deviceId };
}

/** What an answer that is no success says, read to its end. */
export async function readRefusal(
  response: Response,
  { tenantId, now }: Pick<TransportOptions, 'tenantId' | 'now'>,
): Promise<Failure> {
  return readFailure(response, parseJson(await response.text()), { tenantId, now: now() });
}

function readFailure(
  response: Response,
  body: unknown,
  { tenantId, now }: { readonly tenantId: string; readonly now: number },
): Failure {
  const { status } = response;
  const error = (body as { error?: AnsweredError } | null | undefined)?.error;
  const known = typeof error?.code === 'string' && (ERROR_CODES as readonly string[]).includes(error.code);
  const answered = known ? (error.code as BackhaulErrorCode) : codeOfStatus(status);
  // Only the service itself repeats the tenant; a proxy, or a service at another address, has pages that it does not find, too.
  const isNoMember = answered === 'NOT_FOUND' && error?.details?.tenantId === tenantId;
  const code = isNoMember ? 'MEMBER_REMOVED' : answered;
  return failure(code, typeof error?.message === 'string' ? error.message : `HTTP ${status}`, {
    kind: failureKind(status, code),
    status,
    retryAfter: readRetryAfter(response.headers.get('retry-after'), now),
  });
}

interface AnsweredError {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly details?: { readonly tenantId?: unknown };
}

/** For an answer without a code that is known here, which a proxy or a newer server may give. */
function codeOfStatus(status: number): BackhaulErrorCode {
  if (status === 401) return 'UNAUTHENTICATED';
  if (status === 413) return 'BODY_TOO_LARGE';
  if (status === 429) return 'RATE_LIMITED';
  if (status === 503) return 'UNAVAILABLE';
  return status >= 500 ? 'INTERNAL' : 'INVALID_RESPONSE';
}

/** Seconds or an HTTP date; milliseconds from `now`. */
function readRetryAfter(header: string | null, now: number): number | null {
  if (header === null || header.trim() === '') return null;
  const seconds = Number(header);
  const wait = Number.isNaN(seconds) ? Date.parse(header) - now : seconds * 1000;
  return Number.isFinite(wait) ? Math.max(0, wait) : null;
}

/** Not every `fetch` and no `getToken` ends by itself when a signal says so. */
export function orAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(new Error('The request was given up'));
    signal.addEventListener('abort', () => reject(new Error('The request was given up')), { once: true });
    work.then(resolve, reject);
  });
}

function bytes(text = ''): number {
  // Most are plain ASCII, whose characters are its bytes: nothing is copied to find that out.
  return /[^\0-\x7f]/.test(text) ? new TextEncoder().encode(text).length : text.length;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
