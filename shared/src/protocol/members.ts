import { type Static, Type } from 'typebox';
import { InstantText, Nullable, Uuid } from './primitives.ts';
import { MemberStatus, RoleSchema } from './tenants.ts';

/** An invited person has no user id yet. */
export const Member = Type.Object(
  {
    userId: Nullable(Type.String()),
    email: Nullable(Type.String()),
    name: Nullable(Type.String()),
    role: RoleSchema,
    status: MemberStatus,
    employeeId: Nullable(Uuid),
    createdAt: InstantText,
  },
  { $id: 'Member' },
);
export type Member = Static<typeof Member>;

export const MembersResponse = Type.Object({ members: Type.Array(Member) }, { $id: 'MembersResponse' });
export type MembersResponse = Static<typeof MembersResponse>;

export const MemberPatch = Type.Object(
  { role: Type.Optional(RoleSchema), status: Type.Optional(Type.Enum(['active', 'disabled'])) },
  { $id: 'MemberPatch', minProperties: 1 },
);
export type MemberPatch = Static<typeof MemberPatch>;
