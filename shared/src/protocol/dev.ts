import { type Static, Type } from 'typebox';
import { InstantText, Nullable } from './primitives.ts';

/** Development only: the route does not exist in production. */
export const DevSignInRequest = Type.Object(
  { email: Type.String({ format: 'email', maxLength: 320 }), name: Type.Optional(Type.String({ maxLength: 200 })) },
  { $id: 'DevSignInRequest' },
);
export type DevSignInRequest = Static<typeof DevSignInRequest>;

export const DevSignInResponse = Type.Object(
  {
    token: Type.String(),
    expiresAt: InstantText,
    user: Type.Object({ id: Type.String(), email: Type.String(), name: Nullable(Type.String()) }),
  },
  { $id: 'DevSignInResponse' },
);
export type DevSignInResponse = Static<typeof DevSignInResponse>;
