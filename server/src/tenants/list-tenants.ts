import { withDirectory } from '@backhaul/db';
import type { TenantSummary } from '@backhaul/shared';
import { type Identity, verifiedEmail } from '../http/identity.ts';
import type { Services } from '../services.ts';
import { refreshMembers } from './follow-profile.ts';
import { takeUpInvite } from './take-up-invite.ts';

/** The caller's memberships by name, after pending invites to their verified email have become memberships. */
export async function listTenants(services: Services, identity: Identity): Promise<TenantSummary[]> {
  for (const invite of await pendingInvites(services, identity)) {
    await takeUpInvite(services, identity, invite);
  }
  // An invite was taken up with the name in this token, which may be older than what is known.
  await refreshMembers(services, identity.userId);
  return readMemberships(services, identity);
}

function pendingInvites({ database, now }: Services, identity: Identity) {
  const email = verifiedEmail(identity);
  if (email === null) return Promise.resolve([]);
  return withDirectory(database, { userId: identity.userId, verifiedEmail: email }, (tx) =>
    tx.db
      .selectFrom('invites')
      .select(['tenant_id as tenantId', 'invite_id as inviteId'])
      .where('email', '=', email)
      .where('status', '=', 'pending')
      .where('expires_at', '>', now().toISOString())
      .execute(),
  );
}

function readMemberships({ database }: Services, identity: Identity): Promise<TenantSummary[]> {
  const { userId } = identity;
  return withDirectory(database, { userId, verifiedEmail: verifiedEmail(identity) }, (tx) =>
    tx.db
      .selectFrom('members')
      .innerJoin('tenants', 'tenants.tenant_id', 'members.tenant_id')
      .select(['tenants.tenant_id as id', 'tenants.name', 'members.role', 'members.status'])
      .where('members.user_id', '=', userId)
      .orderBy('tenants.name')
      .orderBy('tenants.tenant_id')
      .execute(),
  );
}
