import type { Delivery } from './messenger.ts';

/** What a provider answered, as far as it is an answer of its own. */
export interface ProviderAnswer {
  readonly status: number;
  /** Of its error body; `null`: the body is not one of this provider's, a proxy's page for example. */
  readonly error: { readonly code: string; readonly reason: string } | null;
  readonly retryAfter: string | undefined;
}

/**
 * What an answer that is no success says about acceptance. 4xx and 429 were read and turned down. 5xx were so only if they
 * are told in the provider's own words: a gateway's page may stand for a request that went through.
 */
export function judgeAnswer({ status, error, retryAfter }: ProviderAnswer): Delivery {
  const code = error?.code ?? `HTTP_${status}`;
  const reason = error?.reason ?? `The provider answered ${status}`;
  if (status === 429) return { kind: 'deferred', code, reason, retryAfterSeconds: readRetryAfter(retryAfter) };
  if (status >= 400 && status < 500 && status !== 408) return { kind: 'refused', code, reason };
  if ((status === 500 || status === 503) && error !== null) {
    return { kind: 'deferred', code, reason, retryAfterSeconds: readRetryAfter(retryAfter) };
  }
  return { kind: 'uncertain', code, reason };
}

/** A success that is not in the provider's words: a proxy's page may stand for a request that went through. */
export const FOREIGN_ANSWER: Delivery = {
  kind: 'uncertain',
  code: 'FOREIGN_ANSWER',
  reason: 'Something else than the provider has answered',
};

/** What failed before a connection stood was not accepted; anything later may have been. */
export function judgeFailure(error: unknown): Delivery {
  const { code = 'NETWORK' } = (error ?? {}) as { code?: string };
  const known = { code, reason: describe(code) };
  return neverConnected(error)
    ? { kind: 'deferred', ...known, retryAfterSeconds: null }
    : { kind: 'uncertain', ...known };
}

/** Clients wrap the system's error, and hosts with several addresses have one for each. */
function neverConnected(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { syscall, cause, errors } = error as { syscall?: unknown; cause?: unknown; errors?: unknown };
  if (typeof syscall === 'string') return syscall === 'connect' || syscall === 'getaddrinfo';
  if (Array.isArray(errors) && errors.length > 0) return errors.every(neverConnected);
  return neverConnected(cause);
}

function describe(code: string): string {
  if (code === 'ECONNABORTED' || code === 'ETIMEDOUT') return 'The provider did not answer in time';
  return 'The connection to the provider failed';
}

/** Seconds, or an HTTP date. */
function readRetryAfter(value: string | undefined): number | null {
  if (value === undefined) return null;
  if (/^\d{1,6}$/.test(value)) return Number(value);
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - Date.now()) / 1000));
}
