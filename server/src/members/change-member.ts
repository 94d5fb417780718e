import { type TenantTx } from '@backhaul/db';
import type { Member, MemberPatch, Role, UserId } from '@backhaul/shared';
import { ApiError } from '../http/api-error.ts';
import type { Services } from '../services.ts';
import { auditMembership } from '../tenants/membership-audit.ts';
import type { Caller } from '../access/with-locked-access.ts';
import { asManager } from './authorise-manager.ts';
import { readMemberRecords } from './list-members.ts';

interface StoredMember {
  readonly userId: UserId;
  readonly email: string | null;
  readonly name: string | null;
  readonly role: Role;
  readonly status: 'active' | 'disabled';
  readonly createdAt: string;
}

/** Sets role and status. Throws LAST_MANAGER when no active manager would be left. */
export async function changeMember(
  services: Services,
  caller: Caller,
  { userId, patch }: { userId: UserId; patch: MemberPatch },
): Promise<Member> {
  return asManager(services, caller, async ({ tx, clock }) => {
    const before = await readMember(tx, userId);
    const after = { ...before, role: patch.role ?? before.role, status: patch.status ?? before.status };
    const employeeId = (await readMemberRecords(services.domain, tx)).get(userId) ?? null;
    if (after.role === before.role && after.status === before.status) return { ...before, employeeId };
    if (isActiveManager(before) && !isActiveManager(after)) await refuseLastManager(tx, userId);

    const version = clock.next();
    await tx.db
      .updateTable('members')
      // Another role sees other rows: what the member's devices hold must be pulled anew.
      .set({
        role: after.role,
        status: after.status,
        ...(after.role === before.role ? {} : { scope_version: version }),
      })
      .where('tenant_id', '=', tx.tenantId)
      .where('user_id', '=', userId)
      .execute();
    await auditMembership(services, tx, {
      version,
      entity: 'member',
      entityId: userId,
      action: 'update',
      actor: caller.userId,
      device: caller.deviceId,
      changes: {
        ...(after.role === before.role ? {} : { role: { from: before.role, to: after.role } }),
        ...(after.status === before.status ? {} : { status: { from: before.status, to: after.status } }),
      },
    });
    return { ...after, employeeId };
  });
}

/** Ends a membership; the person's devices learn it with their next call. Throws LAST_MANAGER. */
export async function removeMember(services: Services, caller: Caller, userId: UserId): Promise<void> {
  await asManager(services, caller, async ({ tx, clock }) => {
    const before = await readMember(tx, userId);
    if (isActiveManager(before)) await refuseLastManager(tx, userId);
    await tx.db.deleteFrom('members').where('tenant_id', '=', tx.tenantId).where('user_id', '=', userId).execute();
    await auditMembership(services, tx, {
      version: clock.next(),
      entity: 'member',
      entityId: userId,
      action: 'remove',
      actor: caller.userId,
      device: caller.deviceId,
      // Names this member in everything they did, from now on.
      changes: { name: { from: before.name ?? before.email, to: null }, role: { from: before.role, to: null } },
    });
  });
}

async function readMember(tx: TenantTx, userId: UserId): Promise<StoredMember> {
  const member = await tx.db
    .selectFrom('members')
    .select(['user_id as userId', 'email', 'name', 'role', 'status', 'created_at as createdAt'])
    .where('tenant_id', '=', tx.tenantId)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  if (!member) throw new ApiError('NOT_FOUND');
  return member;
}

function isActiveManager({ role, status }: StoredMember): boolean {
  return role === 'manager' && status === 'active';
}

/** Safe from two managers demoting each other at once: both would need the lock that the caller holds. */
async function refuseLastManager(tx: TenantTx, leaving: UserId): Promise<void> {
  const other = await tx.db
    .selectFrom('members')
    .select('user_id')
    .where('tenant_id', '=', tx.tenantId)
    .where('role', '=', 'manager')
    .where('status', '=', 'active')
    .where('user_id', '!=', leaving)
    .executeTakeFirst();
  if (!other) throw new ApiError('LAST_MANAGER');
}
