import { insertAudit, lockTenantClock, saveTenantClock, withDirectory, withTenant } from '@backhaul/db';
import type { TenantId, UserId } from '@backhaul/shared';
import type { Services } from '../services.ts';

/**
 * Ends the memberships of somebody whose account is gone. The last manager of a tenant stays on its list: nobody could let
 * anybody in otherwise, and without an account nobody can use it.
 */
export async function removePerson(services: Services, userId: UserId): Promise<void> {
  for (const tenantId of await tenantsOf(services, userId)) await removeMember(services, tenantId, userId);
}

async function tenantsOf({ database }: Services, userId: UserId): Promise<TenantId[]> {
  const rows = await withDirectory(database, { userId, verifiedEmail: null }, (tx) =>
    tx.db.selectFrom('members').select('tenant_id').where('user_id', '=', userId).execute(),
  );
  return rows.map(({ tenant_id }) => tenant_id);
}

function removeMember({ database, newId, now }: Services, tenantId: TenantId, userId: UserId): Promise<void> {
  return withTenant(database, tenantId, async (tx) => {
    const clock = await lockTenantClock(tx);
    const members = await tx.db
      .selectFrom('members')
      .select(['user_id', 'role', 'status', 'name', 'email'])
      .where('tenant_id', '=', tx.tenantId)
      .execute();
    const member = members.find((one) => one.user_id === userId);
    const others = members.filter(
      ({ user_id, role, status }) => user_id !== userId && role === 'manager' && status === 'active',
    );
    if (!clock || !member || (member.role === 'manager' && others.length === 0)) return;
    await tx.db.deleteFrom('members').where('tenant_id', '=', tx.tenantId).where('user_id', '=', userId).execute();
    await insertAudit(tx, [
      {
        auditId: newId(),
        version: clock.next(),
        entity: 'member',
        entityId: userId,
        action: 'remove',
        actor: null,
        device: null,
        changeId: null,
        at: now().toISOString(),
        changes: {
          name: { from: member.name ?? member.email, to: null },
          role: { from: member.role, to: null },
        },
        sealed: null,
      },
    ]);
    await saveTenantClock(tx, clock);
  });
}
