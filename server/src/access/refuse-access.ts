import type { ErrorCode, TenantId } from '@backhaul/shared';
import { ApiError } from '../http/api-error.ts';

/**
 * What a caller without access to a tenant is told. The tenant that was named is repeated, whether it exists or not: a device
 * must not take the missing page of a proxy, or of a service at the wrong address, for the end of its membership.
 */
export function refuseAccess(code: ErrorCode, tenantId: TenantId): ApiError {
  return new ApiError(code, code === 'NOT_FOUND' ? { details: { tenantId } } : {});
}
