import type { DeviceId } from '@backhaul/shared';
import { type Receipt } from '@backhaul/shared/engine';

/** Whether just this change of just this device had been accepted. */
export function isAcceptanceOf(receipt: Receipt, hash: string, deviceId: DeviceId): boolean {
  return receipt.outcome !== 'rejected' && receipt.content_hash === hash && receipt.device_id === deviceId;
}
