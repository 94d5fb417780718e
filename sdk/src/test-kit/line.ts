import { ERROR_POLICY, type ErrorCode } from '@backhaul/shared';
import { answer } from './service/refusal.ts';
import type { BackhaulOptions } from '../options.ts';

/** `presign` announces a file or asks for the address of one, `upload` and `download` are at the object store. */
export type LineRequest =
  | 'push'
  | 'pull'
  | 'stream'
  | 'escrow'
  | 'presign'
  | 'upload'
  | 'complete'
  | 'download'
  | 'send';

/**
 * What can happen to a request on its way:
 * - `unreachable`: it does not arrive;
 * - `lostAnswer`: it arrives and is carried out, and the device never hears of it;
 * - `duplicate`: it arrives twice, and the second answer is heard;
 * - an error code: it is answered with that, and not carried out.
 */
export type LineFault = 'unreachable' | 'lostAnswer' | 'duplicate' | ErrorCode;

/** What `openBackhaul` needs to talk to the test server. An IndexedDB is the test's to give. */
export type LineOptions = Required<
  Pick<BackhaulOptions, 'url' | 'tenantId' | 'userId' | 'getToken' | 'fetch' | 'now' | 'signals'>
>;

/** One device's way to the server, with switches for what goes wrong on it. */
export interface TestLine {
  /** Spread into the options of `openBackhaul`. */
  readonly options: LineOptions;
  /** No request arrives, and the platform says so. */
  offline: boolean;
  /** Milliseconds that the device's clock is ahead of the server's. */
  clockSkew: number;
  /** The next `times` requests of this kind meet the fault. Faults of one kind queue up. */
  fail(request: LineRequest, fault: LineFault, times?: number): void;
  /** The token that the device holds is refused from now on, until it asks for a fresh one. */
  expireToken(): void;
}

export interface LineParts {
  readonly url: string;
  readonly tenantId: string;
  readonly userId: string;
  readonly fetch: typeof fetch;
  readonly now: () => number;
}

export function createLine({ url, tenantId, userId, fetch: send, now }: LineParts): TestLine {
  const faults = new Map<LineRequest, LineFault[]>();
  const listeners = new Set<() => void>();
  let offline = false;
  let token = 0;
  let oldestValid = 0;

  const travel: typeof fetch = async (input, init) => {
    const kind = kindOf(input, init?.method);
    if (offline) throw new TypeError('The line is offline');
    if (Number(new Headers(init?.headers).get('authorization')?.split('.').at(-1)) < oldestValid) {
      return errorAnswer('UNAUTHENTICATED');
    }
    const fault = kind === null ? undefined : faults.get(kind)?.shift();
    if (fault === undefined) return send(input, init);
    if (fault === 'unreachable') throw new TypeError('The request was lost');
    if (fault !== 'lostAnswer' && fault !== 'duplicate') return errorAnswer(fault);
    await send(input, init);
    if (fault === 'lostAnswer') throw new TypeError('The answer was lost');
    return send(input, init);
  };

  const line: TestLine = {
    options: {
      url,
      tenantId,
      userId,
      fetch: travel,
      now: () => now() + line.clockSkew,
      async getToken({ refresh }) {
        if (refresh) token = Math.max(token, oldestValid);
        return `${userId}.${token}`;
      },
      signals: {
        isOnline: () => !offline,
        isVisible: () => true,
        subscribe(listener) {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
      },
    },
    get offline() {
      return offline;
    },
    set offline(value) {
      offline = value;
      for (const listener of listeners) listener();
    },
    clockSkew: 0,
    fail(request, fault, times = 1) {
      faults.set(request, [...(faults.get(request) ?? []), ...Array.from({ length: times }, () => fault)]);
    },
    expireToken() {
      oldestValid = token + 1;
    },
  };
  return line;
}

const NAMED: readonly LineRequest[] = ['push', 'pull', 'stream', 'escrow', 'presign', 'complete', 'send'];

function kindOf(input: Parameters<typeof fetch>[0], method = 'GET'): LineRequest | null {
  const { pathname } = new URL(input instanceof Request ? input.url : input);
  if (pathname.startsWith('/objects/')) return method === 'PUT' ? 'upload' : 'download';
  const last = pathname.split('/').at(-1);
  return NAMED.find((name) => name === last) ?? null;
}

function errorAnswer(code: ErrorCode): Response {
  const { status, meaning } = ERROR_POLICY[code];
  return answer({ error: { code, message: meaning, details: {} } }, status);
}
