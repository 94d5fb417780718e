import { type Static, Type } from 'typebox';
import { Uuid } from './primitives.ts';
import { RoleSchema } from './tenants.ts';

export const INVITE_DAYS = 14;

export const InviteRequest = Type.Object(
  {
    email: Type.String({ format: 'email', maxLength: 320 }),
    role: RoleSchema,
    /** The employee record that this person is; linked when the invite is taken up. */
    employeeId: Type.Optional(Uuid),
  },
  { $id: 'InviteRequest' },
);
export type InviteRequest = Static<typeof InviteRequest>;

export const InviteResponse = Type.Object(
  { inviteId: Uuid, status: Type.Enum(['pending', 'accepted', 'expired']) },
  { $id: 'InviteResponse' },
);
export type InviteResponse = Static<typeof InviteResponse>;
