import { type Static, Type } from 'typebox';
import { ROLES } from '../domain/roles.ts';
import { Uuid } from './primitives.ts';

export const RoleSchema = Type.Enum([...ROLES]);
export const MEMBER_STATUSES = ['invited', 'active', 'disabled'] as const;
export const MemberStatus = Type.Enum([...MEMBER_STATUSES]);
export type MemberStatus = Static<typeof MemberStatus>;

export const TenantSummary = Type.Object(
  { id: Uuid, name: Type.String(), role: RoleSchema, status: MemberStatus },
  { $id: 'TenantSummary' },
);
export type TenantSummary = Static<typeof TenantSummary>;

export const TenantsResponse = Type.Object({ tenants: Type.Array(TenantSummary) }, { $id: 'TenantsResponse' });
export type TenantsResponse = Static<typeof TenantsResponse>;

export const CreateTenantRequest = Type.Object(
  {
    name: Type.String({
      minLength: 1,
      maxLength: 200,
      pattern: '^[^\\u0000-\\u001f]*[^\\u0000-\\u001f\\s][^\\u0000-\\u001f]*$',
    }),
  },
  { $id: 'CreateTenantRequest' },
);
export type CreateTenantRequest = Static<typeof CreateTenantRequest>;

export const CreateTenantResponse = Type.Object(
  { id: Uuid, name: Type.String(), role: RoleSchema },
  { $id: 'CreateTenantResponse' },
);
export type CreateTenantResponse = Static<typeof CreateTenantResponse>;
