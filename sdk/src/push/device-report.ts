import type { DeviceReport } from '@backhaul/shared';
import type { ResolvedOptions } from '../options.ts';
import type { LocalDatabase } from '../store/local-database.ts';

/** How this device's sync is doing, for the fleet view. */
export async function deviceReport(
  local: LocalDatabase,
  { appVersion, platform, estimateStorage }: Pick<ResolvedOptions, 'appVersion' | 'platform' | 'estimateStorage'>,
): Promise<DeviceReport> {
  const oldest = await local.outbox.orderBy('seq').first();
  return {
    pending: await local.outbox.count(),
    oldestPendingAt: oldest?.clientUpdatedAt ?? null,
    ...(appVersion === undefined ? {} : { appVersion }),
    ...(platform === undefined ? {} : { platform }),
    ...(await storage(estimateStorage)),
  };
}

/** A report without storage numbers is better than no push. */
async function storage(estimate: () => Promise<StorageEstimate>): Promise<Partial<DeviceReport>> {
  try {
    const { usage, quota } = await estimate();
    return {
      ...(usage === undefined ? {} : { storageUsed: Math.round(usage) }),
      ...(quota === undefined ? {} : { storageQuota: Math.round(quota) }),
    };
  } catch {
    return {};
  }
}
