import type { UserId } from '@backhaul/shared';
import type { Transaction } from 'kysely';
import type { Database } from './create-database.ts';
import type { Tables } from './tables.ts';
import { openDoor } from './transaction-door.ts';

declare const door: unique symbol;

/** Who is asking: the token's subject, and its email address if the identity provider has verified it. */
export interface Person {
  readonly userId: UserId;
  readonly verifiedEmail: string | null;
}

/**
 * What exists before a tenant is known: the person's own user row, devices, memberships with the names of their tenants,
 * and pending invites to the verified email. Only `withDirectory` makes one.
 */
export interface DirectoryTx extends Person {
  readonly [door]: 'directory';
  readonly db: Transaction<Tables>;
}

/** Commits when `work` returns and rolls back when it throws. The email is compared, and kept in `tx`, in lower case. */
export function withDirectory<T>(
  database: Database,
  person: Person,
  work: (tx: DirectoryTx) => Promise<T>,
): Promise<T> {
  const { userId } = person;
  const verifiedEmail = person.verifiedEmail?.toLowerCase() ?? null;
  return openDoor(
    database,
    { settings: { 'app.user_id': userId, 'app.user_email': verifiedEmail ?? '' }, readOnly: false },
    (db) => work({ userId, verifiedEmail, db } as DirectoryTx),
  );
}
