import type { TenantTx } from '@backhaul/db';
import type { Device } from '@backhaul/shared';

/** The tenant's fleet, last seen first. One statement. */
export async function listDevices(tx: TenantTx): Promise<Device[]> {
  return tx.db
    .selectFrom('devices as d')
    .leftJoin('members as m', (join) =>
      join.onRef('m.tenant_id', '=', 'd.tenant_id').onRef('m.user_id', '=', 'd.user_id'),
    )
    .select((row) => [
      'd.device_id as id',
      'd.user_id as userId',
      row.fn.coalesce('m.name', 'm.email').as('userName'),
      'd.status',
      'd.platform',
      'd.app_version as appVersion',
      'd.schema_version as schemaVersion',
      'd.registered_at as registeredAt',
      'd.last_seen_at as lastSeenAt',
      'd.last_push_at as lastPushAt',
      'd.last_pull_at as lastPullAt',
      'd.pull_cursor as pullCursor',
      'd.pending',
      'd.oldest_pending_at as oldestPendingAt',
      'd.storage_used as storageUsed',
      'd.storage_quota as storageQuota',
      'd.clock_offset as clockOffset',
    ])
    .where('d.tenant_id', '=', tx.tenantId)
    .orderBy('d.last_seen_at', 'desc')
    .orderBy('d.device_id')
    .execute();
}
