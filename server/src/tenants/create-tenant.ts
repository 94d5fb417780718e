import { lockTenantClock, saveTenantClock, withTenant } from '@backhaul/db';
import { type DeviceId, parseTenantId, type Role, type TenantId } from '@backhaul/shared';
import { sql } from 'kysely';
import type { Identity } from '../http/identity.ts';
import type { Services } from '../services.ts';
import { refreshMembers } from './follow-profile.ts';
import { auditMembership } from './membership-audit.ts';

export interface NewTenant {
  readonly id: TenantId;
  readonly name: string;
  readonly role: Role;
}

/** Makes a tenant with its clock and data key; the creator is its first manager. */
export async function createTenant(
  services: Services,
  { identity, device, name }: { identity: Identity; device: DeviceId | null; name: string },
): Promise<NewTenant> {
  const tenantId = parseTenantId(services.newId()) as TenantId;
  const { userId } = identity;
  await withTenant(services.database, tenantId, async (tx) => {
    await tx.db.insertInto('tenants').values({ tenant_id: tenantId, name }).execute();
    await sql`
      insert into tenant_clocks (tenant_id, clock, origin)
      select ${tenantId}, start, start from (select clock_timestamp() as start) as now
    `.execute(tx.db);
    const clock = await lockTenantClock(tx);
    if (!clock) throw new Error('A tenant that was just made has no clock');
    await services.crypto.createTenantKey(tx);
    const version = clock.next();
    await tx.db
      .insertInto('members')
      .values({
        tenant_id: tenantId,
        user_id: userId,
        role: 'manager',
        status: 'active',
        email: identity.email,
        name: identity.name,
        scope_version: version,
      })
      .execute();
    await auditMembership(services, tx, {
      version,
      entity: 'tenant',
      entityId: tenantId,
      action: 'create',
      actor: userId,
      device,
      changes: { name: { from: null, to: name } },
    });
    await saveTenantClock(tx, clock);
  });
  // The token may be older than what is known.
  await refreshMembers(services, userId);
  return { id: tenantId, name, role: 'manager' };
}
