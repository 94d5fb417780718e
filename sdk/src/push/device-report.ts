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
    ...(appVersion === undefined ? {} : { appVersion: reportable(appVersion) }),
    ...(platform === undefined ? {} : { platform: reportable(platform) }),
    ...(await storage(estimateStorage)),
  };
}

const LONGEST_TEXT = 100;

/** The service refuses a push whose report is malformed, and a long name of a build is no reason not to sync. */
function reportable(text: string): string {
  return text
    .replaceAll(/\p{Cc}/gu, '')
    .slice(0, LONGEST_TEXT)
    .replaceAll(/\p{Cs}/gu, '');
}

/** A report without storage numbers is better than no push. */
async function storage(estimate: () => Promise<StorageEstimate>): Promise<Partial<DeviceReport>> {
  try {
    const { usage, quota } = await estimate();
    return {
      ...(isBytes(usage) ? { storageUsed: Math.round(usage) } : {}),
      ...(isBytes(quota) ? { storageQuota: Math.round(quota) } : {}),
    };
  } catch {
    return {};
  }
}

function isBytes(value: number | undefined): value is number {
  return value !== undefined && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
}
