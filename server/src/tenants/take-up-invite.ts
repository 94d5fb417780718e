import { lockTenantClock, saveTenantClock, type TenantTx, withTenant } from '@backhaul/db';
import type { Role, TenantId } from '@backhaul/shared';
import { type TenantClock } from '@backhaul/shared/engine';
import { type Identity, verifiedEmail } from '../http/identity.ts';
import type { Services } from '../services.ts';
import { linkMemberRecord } from './member-record.ts';
import { auditMembership } from './membership-audit.ts';

/** Turns one pending invite into a membership. Nothing happens when it was taken up or ran out in the meantime. */
export async function takeUpInvite(
  services: Services,
  identity: Identity,
  { tenantId, inviteId }: { tenantId: TenantId; inviteId: string },
): Promise<void> {
  await withTenant(services.database, tenantId, async (tx) => {
    const clock = await lockTenantClock(tx);
    if (!clock) return;
    const invite = await acceptInvite(services, identity, tx, inviteId);
    if (!invite) return;
    const joined = await join(services, identity, { tx, clock, role: invite.role });
    if (joined && invite.employeeId !== null) {
      await linkMemberRecord(services, { tx, clock, recordId: invite.employeeId, userId: identity.userId });
    }
    await saveTenantClock(tx, clock);
  });
}

function acceptInvite({ now }: Services, identity: Identity, tx: TenantTx, inviteId: string) {
  return tx.db
    .updateTable('invites')
    .set({ status: 'accepted' })
    .where('tenant_id', '=', tx.tenantId)
    .where('invite_id', '=', inviteId)
    .where('status', '=', 'pending')
    .where('email', '=', verifiedEmail(identity) ?? '')
    .where('expires_at', '>', now().toISOString())
    .returning(['role', 'employee_id as employeeId'])
    .executeTakeFirst();
}

/** Whoever is a member already, disabled perhaps, stays what they are. */
async function join(
  services: Services,
  { userId, email, name }: Identity,
  { tx, clock, role }: { tx: TenantTx; clock: TenantClock; role: Role },
): Promise<boolean> {
  const existing = await tx.db
    .selectFrom('members')
    .select('user_id')
    .where('tenant_id', '=', tx.tenantId)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  if (existing) return false;
  const version = clock.next();
  await tx.db
    .insertInto('members')
    .values({ tenant_id: tx.tenantId, user_id: userId, role, status: 'active', email, name, scope_version: version })
    .execute();
  await auditMembership(services, tx, {
    version,
    entity: 'member',
    entityId: userId,
    action: 'join',
    actor: userId,
    device: null,
    changes: { name: { from: null, to: name }, role: { from: null, to: role } },
  });
  return true;
}
