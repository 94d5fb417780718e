import type { DeviceId } from '@backhaul/shared';
import { ApiError } from '../http/api-error.ts';
import type { Caller } from '../access/with-locked-access.ts';
import { asManager } from '../members/authorise-manager.ts';
import type { Services } from '../services.ts';
import { auditMembership } from '../tenants/membership-audit.ts';

/** Every later contact of the device answers DEVICE_REVOKED, for good. Doing it twice is doing it once. */
export async function revokeDevice(services: Services, caller: Caller, target: DeviceId): Promise<void> {
  await asManager(services, caller, async ({ tx, clock }) => {
    const device = await tx.db
      .selectFrom('devices')
      .select('status')
      .where('tenant_id', '=', tx.tenantId)
      .where('device_id', '=', target)
      .executeTakeFirst();
    if (!device) throw new ApiError('NOT_FOUND');
    if (device.status === 'revoked') return;
    await tx.db
      .updateTable('devices')
      .set({ status: 'revoked' })
      .where('tenant_id', '=', tx.tenantId)
      .where('device_id', '=', target)
      .execute();
    await auditMembership(services, tx, {
      version: clock.next(),
      entity: 'device',
      entityId: target,
      action: 'revoke',
      actor: caller.userId,
      device: caller.deviceId,
      changes: { status: { from: 'active', to: 'revoked' } },
    });
  });
}
