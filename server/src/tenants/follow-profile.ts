import { type Database, lockTenantClock, withDirectory, withTenant } from '@backhaul/db';
import type { UserId } from '@backhaul/shared';

/** What the identity provider says of a person. */
export interface Profile {
  readonly userId: UserId;
  /** Left out: it said nothing about it, and what is known holds. */
  readonly email?: string | null;
  readonly name?: string | null;
  /** When it said so. ISO-8601; `null`: nobody knows. */
  readonly at: string | null;
}

/**
 * Notes a name and address with the person, unless later ones are known, and has the lists of members follow. Tokens and reports
 * come in any order: whoever hears of a profile comes here.
 */
export async function followProfile(
  services: { readonly database: Database },
  { userId, email, name, at }: Profile,
): Promise<void> {
  await withDirectory(services.database, { userId, verifiedEmail: null }, (tx) =>
    tx.db
      .updateTable('users')
      .set({ ...(email !== undefined && { email }), ...(name !== undefined && { name }), profile_at: at })
      .where('user_id', '=', userId)
      .where((row) => row.or([row('profile_at', 'is', null), row('profile_at', '<=', at)]))
      .execute(),
  );
  await refreshMembers(services, userId);
}

/**
 * A tenant knows its people by a copy of what is noted with them. Two copies may be made at the same time, and one of them may pause
 * anywhere: so it looks again until no list says anything else.
 */
export async function refreshMembers({ database }: { readonly database: Database }, userId: UserId): Promise<void> {
  for (;;) {
    const outdated = await outdatedMembers(database, userId);
    if (outdated.length === 0) return;
    for (const { tenantId, email, name } of outdated) {
      await withTenant(database, tenantId, async (tx) => {
        await lockTenantClock(tx);
        await tx.db
          .updateTable('members')
          .set({ email, name })
          .where('tenant_id', '=', tx.tenantId)
          .where('user_id', '=', userId)
          .execute();
      });
    }
  }
}

/** The person's memberships that say something else than what is noted with the person, which they should say. */
function outdatedMembers(database: Database, userId: UserId) {
  return withDirectory(database, { userId, verifiedEmail: null }, (tx) =>
    tx.db
      .selectFrom('members')
      .innerJoin('users', 'users.user_id', 'members.user_id')
      .select(['members.tenant_id as tenantId', 'users.email', 'users.name'])
      .where('members.user_id', '=', userId)
      .where((row) =>
        row.or([
          row('members.email', 'is distinct from', row.ref('users.email')),
          row('members.name', 'is distinct from', row.ref('users.name')),
        ]),
      )
      .execute(),
  );
}
