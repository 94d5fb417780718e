import type { Cursor, DeviceId, DeviceReport } from '@backhaul/shared';
import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';

export interface PushSighting {
  readonly deviceId: DeviceId;
  readonly now: string;
  readonly report: DeviceReport;
  /** Of the declaration that its app was built with; `null`: it does not say. */
  readonly schemaVersion: number | null;
  /** Milliseconds that the device's clock is behind the server's; `null`: not measured this time. */
  readonly clockOffset: number | null;
}

/** What a push tells about a device. Facts that it does not carry keep their last value. */
export async function touchPushedDevice(tx: TenantTx, sighting: PushSighting): Promise<void> {
  const { report } = sighting;
  await sql`
    update devices set last_seen_at = ${sighting.now}, last_push_at = ${sighting.now},
      platform = coalesce(${report.platform ?? null}, platform),
      app_version = coalesce(${report.appVersion ?? null}, app_version),
      schema_version = coalesce(${sighting.schemaVersion}::integer, schema_version),
      pending = coalesce(${report.pending ?? null}::integer, pending),
      oldest_pending_at = case when ${report.oldestPendingAt !== undefined}
        then ${report.oldestPendingAt ?? null}::timestamptz else oldest_pending_at end,
      storage_used = coalesce(${report.storageUsed ?? null}::bigint, storage_used),
      storage_quota = coalesce(${report.storageQuota ?? null}::bigint, storage_quota),
      clock_offset = coalesce(${sighting.clockOffset}::bigint, clock_offset)
    where tenant_id = ${tx.tenantId} and device_id = ${sighting.deviceId}
  `.execute(tx.db);
}

export interface PullSighting {
  readonly deviceId: DeviceId;
  readonly now: string;
  readonly cursor: Cursor | null;
  readonly schemaVersion: number | null;
}

/** The cursor that a device has presented, which it therefore holds durably. */
export async function touchPulledDevice(
  tx: TenantTx,
  { deviceId, now, cursor, schemaVersion }: PullSighting,
): Promise<void> {
  await sql`
    update devices set last_seen_at = ${now}, last_pull_at = ${now},
      pull_cursor = coalesce(${cursor}::timestamptz, pull_cursor),
      schema_version = coalesce(${schemaVersion}::integer, schema_version)
    where tenant_id = ${tx.tenantId} and device_id = ${deviceId}
  `.execute(tx.db);
}
