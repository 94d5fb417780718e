import { insertAudit, lockTenantClock, saveTenantClock, withDirectory, withTenant } from '@backhaul/db';
import type { TenantId, UserId } from '@backhaul/shared';
import type { Services } from '../services.ts';
import type { WebhookWork } from './webhook-work.ts';

/**
 * Copies a changed name and address, unless a later change is known. Two changes may be copied at the same time, and one of them may
 * pause anywhere: so what is copied is what is known by then, until nothing newer has come meanwhile.
 */
export async function changePerson(
  services: Services,
  { userId, email, name, at }: Extract<WebhookWork, { kind: 'personChanged' }>,
): Promise<void> {
  const isNews = await withDirectory(services.database, { userId, verifiedEmail: null }, async (tx) => {
    const { numUpdatedRows } = await tx.db
      .updateTable('users')
      .set({ email, name, profile_at: at })
      .where('user_id', '=', userId)
      .where((row) => row.or([row('profile_at', 'is', null), row('profile_at', '<=', at)]))
      .executeTakeFirstOrThrow();
    return numUpdatedRows > 0n;
  });
  if (!isNews) return;
  for (let profile = await profileOf(services, userId); profile; ) {
    const { email: newEmail, name: newName, profile_at: copied } = profile;
    for (const tenantId of await tenantsOf(services, userId)) {
      await withTenant(services.database, tenantId, async (tx) => {
        await lockTenantClock(tx);
        await tx.db
          .updateTable('members')
          .set({ email: newEmail, name: newName })
          .where('tenant_id', '=', tx.tenantId)
          .where('user_id', '=', userId)
          .execute();
      });
    }
    const now = await profileOf(services, userId);
    profile = now?.profile_at === copied ? undefined : now;
  }
}

function profileOf({ database }: Services, userId: UserId) {
  return withDirectory(database, { userId, verifiedEmail: null }, (tx) =>
    tx.db.selectFrom('users').select(['email', 'name', 'profile_at']).where('user_id', '=', userId).executeTakeFirst(),
  );
}

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
