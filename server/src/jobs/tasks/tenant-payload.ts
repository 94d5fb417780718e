import { parseTenantId, type TenantId } from '@backhaul/shared';
import { Type } from 'typebox';

export const TenantPayload = Type.Object({ tenantId: Type.String() });

export function tenantOf({ tenantId }: { readonly tenantId: string }): TenantId {
  const parsed = parseTenantId(tenantId);
  if (!parsed) throw new TypeError('A job names no tenant');
  return parsed;
}
