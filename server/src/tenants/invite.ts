import { type TenantTx } from '@backhaul/db';
import { type InviteRequest, parseRecordId, type RecordId } from '@backhaul/shared';
import { INVITE_DAYS } from '@backhaul/shared/schemas';
import { sql } from 'kysely';
import { ApiError } from '../http/api-error.ts';
import type { Caller } from '../access/with-locked-access.ts';
import { asManager } from '../members/authorise-manager.ts';
import type { Services } from '../services.ts';
import { readMemberRecord } from './member-record.ts';
import { auditMembership } from './membership-audit.ts';

const DAY = 86_400_000;

/**
 * Invites a person by email. The message is handed over after the commit; when that fails, the invite is withdrawn, so
 * that it can be repeated, and UNAVAILABLE is thrown.
 */
export async function invite(
  services: Services,
  caller: Caller,
  request: InviteRequest,
): Promise<{ inviteId: string }> {
  const inviteId = services.newId();
  const email = request.email.toLowerCase();
  const employeeId = parseRecordId(request.employeeId);
  const { tenantName, invitedBy } = await asManager(services, caller, async ({ tx, clock, access }) => {
    await expireInvites(services, tx, email);
    await refuseDuplicate(tx, email);
    if (employeeId) await refuseTakenRecord(services, tx, employeeId);
    await tx.db
      .insertInto('invites')
      .values({
        tenant_id: tx.tenantId,
        invite_id: inviteId,
        email,
        role: request.role,
        employee_id: employeeId,
        status: 'pending',
        invited_by: caller.userId,
        expires_at: new Date(services.now().getTime() + INVITE_DAYS * DAY).toISOString(),
      })
      .execute();
    await auditMembership(services, tx, {
      version: clock.next(),
      entity: 'invite',
      entityId: inviteId,
      action: 'invite',
      actor: caller.userId,
      device: caller.deviceId,
      changes: { email: { from: null, to: email }, role: { from: null, to: request.role } },
    });
    return { tenantName: await readTenantName(tx), invitedBy: access.memberName };
  });

  try {
    await services.invitations.send({ inviteId, email, tenantName, invitedBy });
  } catch (cause) {
    await withdraw(services, caller, inviteId);
    throw new ApiError('UNAVAILABLE', { message: 'The invitation could not be sent; try again.', cause });
  }
  return { inviteId };
}

async function refuseDuplicate(tx: TenantTx, email: string): Promise<void> {
  const member = await tx.db
    .selectFrom('members')
    .select('user_id')
    .where('tenant_id', '=', tx.tenantId)
    .where(sql<string>`lower(email)`, '=', email)
    .executeTakeFirst();
  if (member) throw new ApiError('ALREADY_MEMBER');
  const pending = await tx.db
    .selectFrom('invites')
    .select('invite_id')
    .where('tenant_id', '=', tx.tenantId)
    .where('email', '=', email)
    .where('status', '=', 'pending')
    .executeTakeFirst();
  if (pending) throw new ApiError('INVITE_PENDING', { details: { inviteId: pending.invite_id } });
}

async function expireInvites({ now }: Services, tx: TenantTx, email: string): Promise<void> {
  await tx.db
    .updateTable('invites')
    .set({ status: 'expired' })
    .where('tenant_id', '=', tx.tenantId)
    .where('email', '=', email)
    .where('status', '=', 'pending')
    .where('expires_at', '<=', now().toISOString())
    .execute();
}

async function refuseTakenRecord({ domain }: Services, tx: TenantTx, recordId: RecordId): Promise<void> {
  const record = await readMemberRecord(domain, tx, recordId);
  const details = { fields: ['employeeId'] };
  if (!record) throw new ApiError('MISSING_REFERENCE', { details });
  if (record.userId !== null) throw new ApiError('DUPLICATE_VALUE', { details });
}

async function readTenantName(tx: TenantTx): Promise<string> {
  const row = await tx.db
    .selectFrom('tenants')
    .select('name')
    .where('tenant_id', '=', tx.tenantId)
    .executeTakeFirstOrThrow();
  return row.name;
}

async function withdraw(services: Services, caller: Caller, inviteId: string): Promise<void> {
  await asManager(services, caller, async ({ tx, clock }) => {
    await tx.db
      .updateTable('invites')
      .set({ status: 'expired' })
      .where('tenant_id', '=', tx.tenantId)
      .where('invite_id', '=', inviteId)
      .where('status', '=', 'pending')
      .execute();
    await auditMembership(services, tx, {
      version: clock.next(),
      entity: 'invite',
      entityId: inviteId,
      action: 'remove',
      actor: caller.userId,
      device: caller.deviceId,
      changes: {},
    });
  });
}
