import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { ERROR_POLICY, type ErrorCode } from '@backhaul/shared';
import { ErrorBody } from '@backhaul/shared/schemas';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../access/with-locked-access.ts';
import type { Services } from '../services.ts';

/** A file under `routes/`: one resource, its default export. */
export type RoutePlugin = FastifyPluginAsyncTypebox<{ services: Services }>;

/** What every route may answer besides its own statuses. */
const ALWAYS = ['INTERNAL', 'UNAVAILABLE'] as const satisfies readonly ErrorCode[];
/** Routes with a token and a tenant, in addition. */
const TENANT_BOUND = [
  'INVALID_REQUEST',
  'UNAUTHENTICATED',
  'TENANT_REQUIRED',
  'FORBIDDEN',
  'NOT_FOUND',
] as const satisfies readonly ErrorCode[];

/** Response schemas of the failures a route may answer, by status: `...errors('NOT_FOUND', 'LAST_MANAGER')`. */
export function errors(...codes: readonly ErrorCode[]): { [status: string]: typeof ErrorBody } {
  const byStatus = Map.groupBy(new Set([...codes, ...ALWAYS]), (code) => ERROR_POLICY[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, grouped]) => [status, { ...ErrorBody, description: grouped.join(', ') }]),
  );
}

/** As `errors`, for routes that are bound to a tenant. */
export function tenantErrors(...codes: readonly ErrorCode[]): { [status: string]: typeof ErrorBody } {
  return errors(...TENANT_BOUND, ...codes);
}

/** As `errors`, for routes with a body. */
export const BODY_ERRORS = ['INVALID_JSON', 'BODY_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'] as const;

export function callerOf({ tenantId, identity, deviceId }: FastifyRequest): Caller {
  return { tenantId, userId: identity.userId, deviceId };
}
