import { parseInstant } from '../../instant.ts';
import type { DeviceReport, PushRequest } from '../../protocol/push.ts';

/** A century in milliseconds: nobody's clock is further off, and sums stay within what a date can hold. */
const MAX_CLOCK_OFFSET = 100 * 365 * 86_400_000;
const MAX_INT4 = 2_147_483_647;

export function isClockOffset(value: unknown): value is number {
  return Number.isInteger(value) && Math.abs(value as number) <= MAX_CLOCK_OFFSET;
}

/**
 * Milliseconds that the device's clock is behind, to a round trip's accuracy; `null` when it does not say its time, or says
 * one that no clock shows: its changes are taken all the same.
 */
export function measureClockOffset({ clientTime }: Pick<PushRequest, 'clientTime'>, now: Date): number | null {
  const stated = parseInstant(clientTime);
  const offset = stated === null ? null : now.getTime() - Date.parse(stated);
  return isClockOffset(offset) ? offset : null;
}

/** A device's health as far as it can be stored: what a broken device says of itself must not hold up its changes. */
export function cleanReport(report: DeviceReport = {}): DeviceReport {
  const { appVersion, platform, pending, oldestPendingAt, storageUsed, storageQuota } = report;
  return {
    ...(appVersion === undefined ? {} : { appVersion: storableText(appVersion) }),
    ...(platform === undefined ? {} : { platform: storableText(platform) }),
    ...(pending === undefined ? {} : { pending: Math.min(pending, MAX_INT4) }),
    ...(oldestPendingAt === undefined ? {} : { oldestPendingAt: parseInstant(oldestPendingAt) }),
    ...(storageUsed === undefined ? {} : { storageUsed: Math.min(storageUsed, Number.MAX_SAFE_INTEGER) }),
    ...(storageQuota === undefined ? {} : { storageQuota: Math.min(storageQuota, Number.MAX_SAFE_INTEGER) }),
  };
}

function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '');
}
