import { withDirectory, withTenant } from '@backhaul/db';
import type { DeviceId, TenantId, UserId } from '@backhaul/shared';
import { ApiError } from '../http/api-error.ts';
import type { Services } from '../services.ts';

export interface DeviceContact {
  readonly tenantId: TenantId;
  readonly userId: UserId;
  readonly deviceId: DeviceId;
  readonly platform?: string | undefined;
  readonly appVersion?: string | undefined;
}

/**
 * Notes that a member uses a device in a tenant; the caller has made sure of the membership. The first user of a device
 * owns it, in every tenant: throws DEVICE_MISMATCH for another, DEVICE_REVOKED when a manager has revoked it.
 */
export async function registerDevice(
  { database, now }: Pick<Services, 'database' | 'now'>,
  { tenantId, userId, deviceId, platform, appVersion }: DeviceContact,
): Promise<void> {
  await withDirectory(database, { userId, verifiedEmail: null }, async (tx) => {
    await tx.db
      .insertInto('device_owners')
      .values({ device_id: deviceId, user_id: userId })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const own = await tx.db
      .selectFrom('device_owners')
      .select('device_id')
      .where('device_id', '=', deviceId)
      .where('user_id', '=', userId)
      .executeTakeFirst();
    if (!own) throw new ApiError('DEVICE_MISMATCH');
  });

  // One statement on a row that carries no version: it needs no place in the order that the tenant clock gives.
  const device = await withTenant(database, tenantId, (tx) =>
    tx.db
      .insertInto('devices')
      .values({
        tenant_id: tenantId,
        device_id: deviceId,
        user_id: userId,
        platform: platform ?? null,
        app_version: appVersion ?? null,
        last_seen_at: now().toISOString(),
      })
      .onConflict((conflict) =>
        conflict.columns(['tenant_id', 'device_id']).doUpdateSet((row) => ({
          platform: row.fn.coalesce(row.ref('excluded.platform'), row.ref('devices.platform')),
          app_version: row.fn.coalesce(row.ref('excluded.app_version'), row.ref('devices.app_version')),
          last_seen_at: row.ref('excluded.last_seen_at'),
        })),
      )
      .returning('status')
      .executeTakeFirstOrThrow(),
  );
  if (device.status === 'revoked') throw new ApiError('DEVICE_REVOKED');
}
