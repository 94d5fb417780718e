import type { ErrorCode } from '@backhaul/shared';
import { networkFetch } from '../network/network.ts';
import { READER_LANGUAGE } from '../ui/reader-language.ts';

type Method = 'GET' | 'POST' | 'PATCH';

/** The service's REST routes, for what only the office decides. Records themselves are read and written through the SDK. */
export interface Api {
  /** Throws ApiProblem. */
  call<Body>(method: Method, path: string, body?: object): Promise<Body>;
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
  const attempt = async <Body>(refresh: boolean, method: string, path: string, body?: object): Promise<Body> => {
    const token = await getToken({ refresh });
    const headers = {
      authorization: `Bearer ${token}`,
      'accept-language': READER_LANGUAGE,
      ...(tenantId ? { 'x-tenant-id': tenantId } : {}),
    };
    return request<Body>(method, path, { headers, body });
  };
  return {
    async call<Body>(method: Method, path: string, body?: object): Promise<Body> {
      try {
        return await attempt<Body>(false, method, path, body);
      } catch (error) {
        if (!(error instanceof ApiProblem && (error.code === 'TOKEN_EXPIRED' || error.code === 'UNAUTHENTICATED'))) {
          throw error;
        }
        return attempt<Body>(true, method, path, body);
      }
    },
  };
}

/** One request of this page to its own service. */
export async function request<Body>(
  method: string,
  path: string,
  { headers = {}, body }: { readonly headers?: Record<string, string>; readonly body?: object | undefined } = {},
): Promise<Body> {
  const response = await networkFetch(path, {
    method,
    headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch(() => {
    throw new ApiProblem('NETWORK', 'The service can not be reached right now.');
  });
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok && answer !== null) return answer as Body;
  const failure = (answer as { error?: Failure } | null)?.error;
  if (failure) throw new ApiProblem(failure.code, failure.message, failure.details);
  throw new ApiProblem('INVALID_RESPONSE', `The answer is not the service’s (status ${response.status}).`);
}
