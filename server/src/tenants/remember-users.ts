import { withDirectory } from '@backhaul/db';
import { type Identity, verifiedEmail } from '../http/identity.ts';
import type { Services } from '../services.ts';

/** People that one process keeps in mind, so that their row is not written with every request. */
const REMEMBERED = 20_000;

/**
 * Creates the user on their first authenticated call, and follows a changed name or email, unless the identity provider has reported
 * a later change: a token says what was so when it was issued.
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
        .onConflict((conflict) =>
          conflict
            .column('user_id')
            .doUpdateSet((row) => ({
              email: row.ref('excluded.email'),
              name: row.ref('excluded.name'),
              profile_at: row.fn.coalesce('excluded.profile_at', 'users.profile_at'),
            }))
            .where((row) =>
              row.or([
                row('users.profile_at', 'is', null),
                row('excluded.profile_at', 'is', null),
                row('users.profile_at', '<=', row.ref('excluded.profile_at')),
              ]),
            ),
        )
        .execute(),
    );
    if (known.size >= REMEMBERED) known.clear();
    known.set(userId, facts);
  };
}
