import { withDirectory } from '@backhaul/db';
import { type Identity, verifiedEmail } from '../http/identity.ts';
import type { Services } from '../services.ts';
import { followProfile } from './follow-profile.ts';

/** People that one process keeps in mind, so that their row is not written with every request. */
const REMEMBERED = 20_000;

/**
 * Creates the user on their first authenticated call, and follows a changed name or email: a token says what was so when it was
 * issued.
 */
export function rememberUsers({ database }: Pick<Services, 'database'>): (identity: Identity) => Promise<void> {
  const known = new Map<string, string>();
  return async (identity) => {
    const { userId, email, name, issuedAt } = identity;
    const facts = JSON.stringify([email, name]);
    if (known.get(userId) === facts) return;
    await withDirectory(database, { userId, verifiedEmail: verifiedEmail(identity) }, (tx) =>
      tx.db
        .insertInto('users')
        .values({ user_id: userId, email, name, profile_at: issuedAt })
        .onConflict((conflict) => conflict.column('user_id').doNothing())
        .execute(),
    );
    // A token need not name a person: one that does not takes no name away.
    const said = { ...(email === null ? {} : { email }), ...(name === null ? {} : { name }) };
    if (Object.keys(said).length > 0) await followProfile({ database }, { userId, ...said, at: issuedAt });
    if (known.size >= REMEMBERED) known.clear();
    known.set(userId, facts);
  };
}
