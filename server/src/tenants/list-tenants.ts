import { lockTenantClock, withDirectory, withTenant } from '@backhaul/db';
import type { TenantId, TenantSummary } from '@backhaul/shared';
import { type Identity, verifiedEmail } from '../http/identity.ts';
import type { Services } from '../services.ts';
import { takeUpInvite } from './take-up-invite.ts';

/** The caller's memberships by name, after pending invites to their verified email have become memberships. */
export async function listTenants(services: Services, identity: Identity): Promise<TenantSummary[]> {
  for (const invite of await pendingInvites(services, identity)) {
    await takeUpInvite(services, identity, invite);
  }
  const memberships = await readMemberships(services, identity);
  for (const { id, email, name } of memberships) {
    if (email !== identity.email || name !== identity.name) await refreshMember(services, identity, id);
  }
  return memberships.map(({ id, tenantName, role, status }) => ({ id, name: tenantName, role, status }));
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

function readMemberships({ database }: Services, identity: Identity) {
  const { userId } = identity;
  return withDirectory(database, { userId, verifiedEmail: verifiedEmail(identity) }, (tx) =>
    tx.db
      .selectFrom('members')
      .innerJoin('tenants', 'tenants.tenant_id', 'members.tenant_id')
      .select([
        'tenants.tenant_id as id',
        'tenants.name as tenantName',
        'members.role',
        'members.status',
        'members.email',
        'members.name',
      ])
      .where('members.user_id', '=', userId)
      .orderBy('tenants.name')
      .orderBy('tenants.tenant_id')
      .execute(),
  );
}

/** A tenant knows its people by a copy of what the identity provider says. */
async function refreshMember({ database }: Services, { userId, email, name }: Identity, tenantId: TenantId) {
  await withTenant(database, tenantId, async (tx) => {
    await lockTenantClock(tx);
    await tx.db
      .updateTable('members')
      .set({ email, name })
      .where('tenant_id', '=', tenantId)
      .where('user_id', '=', userId)
      .execute();
  });
}
