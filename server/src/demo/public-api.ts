import type { ErrorCode } from '@backhaul/shared';

/** A caller of the service from outside: HTTP, JSON and a bearer token, like any client's. */
export interface PublicApi {
  /** Throws PublicApiError for every answer that is not a 2xx. */
  call<Body>(method: 'GET' | 'POST', path: string, body?: object): Promise<Body>;
}

export interface PublicApiOptions {
  /** Of the service, without `/v1`. */
  readonly url: string;
  readonly fetch: typeof fetch;
  readonly headers?: { readonly [name: string]: string };
}

export class PublicApiError extends Error {
  override readonly name = 'PublicApiError';
  readonly status: number;
  readonly code: ErrorCode | null;

  constructor(call: string, status: number, error: { code: ErrorCode; message: string } | null) {
    super(`${call}: ${status} ${error ? `${error.code}: ${error.message}` : 'without an error body'}`);
    this.status = status;
    this.code = error?.code ?? null;
  }
}

export function publicApi({ url, fetch, headers = {} }: PublicApiOptions): PublicApi {
  return {
    async call<Body>(method: 'GET' | 'POST', path: string, body?: object): Promise<Body> {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!response.ok) throw new PublicApiError(`${method} ${path}`, response.status, errorOf(text));
      return JSON.parse(text) as Body;
    },
  };
}

/** `null` for what a proxy may have answered instead of the service. */
function errorOf(text: string): { code: ErrorCode; message: string } | null {
  try {
    return (JSON.parse(text) as { error?: { code: ErrorCode; message: string } }).error ?? null;
  } catch {
    return null;
  }
}
