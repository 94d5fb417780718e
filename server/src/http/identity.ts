import type { UserId } from '@backhaul/shared';

/** The person behind a verified token. */
export interface Identity {
  readonly userId: UserId;
  /** Lower case. */
  readonly email: string | null;
  readonly emailVerified: boolean;
  readonly name: string | null;
  /** When the identity provider said so. ISO-8601; `null`: the token does not say. */
  readonly issuedAt: string | null;
}

/** The email if the identity provider vouches for it: nothing may be granted on the word of another. */
export function verifiedEmail(identity: Identity): string | null {
  return identity.emailVerified ? identity.email : null;
}
