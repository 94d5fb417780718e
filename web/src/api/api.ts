import type { ErrorCode } from '@backhaul/shared';
import { networkFetch } from '../network/network.ts';
import { READER_LANGUAGE } from '../ui/reader-language.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** The service's REST routes, for what only the office decides. Records themselves are read and written through the SDK. */
export interface Api {
  /** Throws ApiProblem. */
  call<Body>(method: Method, path: string, body?: object): Promise<Body>;
  /** A document. Throws ApiProblem. */
  file(path: string): Promise<Blob>;
}

export type ProblemCode = ErrorCode | 'NETWORK' | 'INVALID_RESPONSE';

/** Switch on `code`; the message is for people. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly code: ProblemCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ProblemCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export interface ApiOptions {
  readonly getToken: (request: { readonly refresh: boolean }) => Promise<string>;
  readonly tenantId?: string;
}

export function createApi({ getToken, tenantId }: ApiOptions): Api {
  /** Once more with a fresh token, if this one is not taken. */
  const authorised = async <Answer>(send: (headers: Record<string, string>) => Promise<Answer>): Promise<Answer> => {
    const attempt = async (refresh: boolean): Promise<Answer> => {
      const token = await getToken({ refresh });
      return send({
        authorization: `Bearer ${token}`,
        'accept-language': READER_LANGUAGE,
        ...(tenantId ? { 'x-tenant-id': tenantId } : {}),
      });
    };
    try {
      return await attempt(false);
    } catch (error) {
      if (!(error instanceof ApiProblem && (error.code === 'TOKEN_EXPIRED' || error.code === 'UNAUTHENTICATED'))) {
        throw error;
      }
      return attempt(true);
    }
  };
  return {
    call: <Body>(method: Method, path: string, body?: object) =>
      authorised((headers) => request<Body>(method, path, { headers, body })),
    file: (path) => authorised((headers) => requestFile(path, headers)),
  };
}

/** One request of this page to its own service. */
export async function request<Body>(
  method: string,
  path: string,
  { headers = {}, body }: { readonly headers?: Record<string, string>; readonly body?: object | undefined } = {},
): Promise<Body> {
  const response = await reach(path, {
    method,
    headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok && answer !== null) return answer as Body;
  throw problemOf(response, answer);
}

async function requestFile(path: string, headers: Record<string, string>): Promise<Blob> {
  const response = await reach(path, { headers });
  if (response.ok) return response.blob();
  throw problemOf(response, await response.json().catch(() => null));
}

function reach(path: string, init: RequestInit): Promise<Response> {
  return networkFetch(path, init).catch(() => {
    throw new ApiProblem('NETWORK', 'The service can not be reached right now.');
  });
}

function problemOf(response: Response, answer: unknown): ApiProblem {
  const failure = (answer as { error?: Failure } | null)?.error;
  if (failure) return new ApiProblem(failure.code, failure.message, failure.details);
  return new ApiProblem('INVALID_RESPONSE', `The answer is not the service’s (status ${response.status}).`);
}
