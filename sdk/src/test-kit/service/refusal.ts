import { ERROR_POLICY, type ErrorCode, type TenantId } from '@backhaul/shared';

/** A request that is answered with an error code. */
export class Refusal extends Error {
  readonly code: ErrorCode;
  readonly details: { readonly [key: string]: unknown };

  constructor(code: ErrorCode, details: { readonly [key: string]: unknown } = {}, message?: string) {
    super(message ?? ERROR_POLICY[code].meaning);
    this.code = code;
    this.details = details;
  }
}

/** For whoever is no member: the tenant that was named is repeated, as the service does. */
export const strangerTo = (tenantId: TenantId): Refusal => new Refusal('NOT_FOUND', { tenantId });

export function refused({ code, message, details }: Refusal, headers: Record<string, string> = {}): Response {
  return answer({ error: { code, message, details } }, ERROR_POLICY[code].status, headers);
}

export function answer(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  });
}
