import {
  type EscrowRequest,
  fieldService,
  type PullResponse,
  type PushChange,
  type PushRequest,
  type PushResponse,
} from '@backhaul/shared';
import { ScriptedStream } from './scripted-stream.ts';

/** One request as the network sees it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly text: string;
}

type Respond = (request: SeenRequest) => Response | Promise<Response>;

/**
 * The network's far end for tests: answers each push and each pull with the next script, or with its default. Keeps every
 * request as it arrived.
 */
export class ScriptedServer {
  readonly requests: SeenRequest[] = [];
  readonly #pushScripts: Respond[] = [];
  readonly #pullScripts: Respond[] = [];
  readonly #escrowScripts: Respond[] = [];
  readonly #sendScripts: Respond[] = [];
  readonly #streamScripts: Respond[] = [];
  /** Later than what the tests' pulls bring. */
  #version = 100;

  readonly fetch = (input: string | URL | Request, init?: RequestInit): Promise<Response> => this.exchange(input, init);

  async exchange(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const url = new URL(input instanceof Request ? input.url : input);
    const request: SeenRequest = {
      method: init?.method ?? 'GET',
      path: `${url.pathname}${url.search}`,
      headers: new Headers(init?.headers),
      text: typeof init?.body === 'string' ? init.body : '',
    };
    this.requests.push(request);
    if (url.pathname.endsWith('/escrow')) return (this.#escrowScripts.shift() ?? taken)(request);
    if (url.pathname.endsWith('/send')) return (this.#sendScripts.shift() ?? queued)(request);
    if (url.pathname.endsWith('/stream')) {
      return this.#streamScripts.shift()?.(request) ?? errorAnswer(501, 'STREAM_UNSUPPORTED');
    }
    const push = url.pathname.endsWith('/push');
    const script = (push ? this.#pushScripts : this.#pullScripts).shift();
    if (script) return script(request);
    return push ? json(this.accept(request)) : json(emptyPull());
  }

  onPush(...scripts: Respond[]): void {
    this.#pushScripts.push(...scripts);
  }

  onPull(...scripts: Respond[]): void {
    this.#pullScripts.push(...scripts);
  }

  onEscrow(...scripts: Respond[]): void {
    this.#escrowScripts.push(...scripts);
  }

  onSend(...scripts: Respond[]): void {
    this.#sendScripts.push(...scripts);
  }

  /** Paths of the messages that were asked for. */
  get sends(): string[] {
    return this.requests.filter(({ path }) => path.endsWith('/send')).map(({ path }) => path);
  }

  get escrows(): EscrowRequest[] {
    return this.requests
      .filter(({ path }) => path.endsWith('/escrow'))
      .map(({ text }) => JSON.parse(text) as EscrowRequest);
  }

  onStream(...scripts: Respond[]): void {
    this.#streamScripts.push(...scripts);
  }

  /** Answers the next request for a stream with one that says what the test says. */
  openStream(): ScriptedStream {
    const stream = new ScriptedStream();
    this.onStream(() => stream.response);
    return stream;
  }

  get pushes(): PushRequest[] {
    return this.requests
      .filter(({ path }) => path.endsWith('/push'))
      .map(({ text }) => JSON.parse(text) as PushRequest);
  }

  get pulls(): string[] {
    return this.requests.filter(({ path }) => path.includes('/pull')).map(({ path }) => path);
  }

  get streams(): string[] {
    return this.requests.filter(({ path }) => path.includes('/stream')).map(({ path }) => path);
  }

  /** Every change of every push, in order. */
  get pushed(): PushChange[] {
    return this.pushes.flatMap(({ changes }) => changes);
  }

  /** Accepts everything as if nobody else had written. */
  accept(request: SeenRequest): PushResponse {
    const { changes } = JSON.parse(request.text) as PushRequest;
    return pushAnswer(
      changes,
      changes.map((change) => ({ outcome: 'applied', updatedAt: this.next(), change })),
    );
  }

  /** A new version, later than all before. */
  next(): string {
    this.#version += 1;
    return version(this.#version);
  }
}

/** The n-th version of the test's tenant. */
export function version(n: number): string {
  return `2026-01-01T00:00:00.${String(n).padStart(6, '0')}Z`;
}

export const SERVER_TIME = '2026-01-01T12:00:00.000Z';

interface ScriptedResult {
  readonly change: PushChange;
  readonly outcome: 'applied' | 'merged' | 'conflict' | 'unchanged' | 'rejected';
  readonly updatedAt?: string;
  readonly payload?: { [key: string]: unknown };
  readonly code?: PushResponse['rejected'][number]['code'];
  readonly retryable?: boolean;
  readonly fields?: string[];
}

/** A push answer with the given results; `results` may leave changes out. */
export function pushAnswer(changes: readonly PushChange[], results: readonly ScriptedResult[]): PushResponse {
  const indexed = results.map((result) => ({ ...result, index: changes.indexOf(result.change) }));
  return {
    serverTime: SERVER_TIME,
    schemaVersion: fieldService.schemaVersion,
    cursor: version(999_999),
    applied: indexed.filter(({ outcome }) => outcome !== 'rejected').map(({ change }) => change.entityId),
    rejected: indexed
      .filter(({ outcome }) => outcome === 'rejected')
      .map(({ index, change, code, retryable, fields }) => ({
        index,
        changeId: change.changeId ?? null,
        entity: change.entity,
        entityId: change.entityId,
        op: change.op,
        code: code ?? 'INVALID_FIELD',
        message: 'No',
        fields: fields ?? [],
        retryable: retryable ?? false,
      })),
    conflicts: [],
    results: indexed.map(({ index, change, outcome, updatedAt, payload }) => ({
      index,
      changeId: change.changeId ?? null,
      entity: change.entity,
      entityId: change.entityId,
      outcome,
      updatedAt: updatedAt ?? null,
      ...(payload ? { payload } : {}),
    })) as PushResponse['results'],
  };
}

/** Reads the changes of a push request, for scripts. */
export function changesOf(request: SeenRequest): PushChange[] {
  return (JSON.parse(request.text) as PushRequest).changes;
}

export function pullAnswer(
  changes: readonly object[],
  { nextCursor = version(900_000), hasMore = false }: { nextCursor?: string; hasMore?: boolean } = {},
): PullResponse {
  return {
    serverTime: SERVER_TIME,
    schemaVersion: fieldService.schemaVersion,
    changes: changes as PullResponse['changes'],
    nextCursor,
    hasMore,
  };
}

const taken: Respond = () => json({ ok: true }, 202);
const queued: Respond = () => json({ status: 'queued', notificationIds: [], results: [] }, 202);

const emptyPull = (): PullResponse => pullAnswer([]);

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
}

export function errorAnswer(
  status: number,
  code: string,
  headers: Record<string, string> = {},
  details: object = {},
): Response {
  return json({ error: { code, message: code, details } }, status, headers);
}

/** Answers every change of a push with what `judge` says of it. */
export function judging(judge: (change: PushChange, index: number) => Omit<ScriptedResult, 'change'>): Respond {
  return (request) => {
    const changes = changesOf(request);
    const results = changes.map((change, index) => ({ change, ...judge(change, index) }));
    return json(pushAnswer(changes, results));
  };
}

/** No answer at all. */
export function lost(): Response {
  throw new TypeError('the answer was lost');
}
