import type { TenantTx } from '@backhaul/db';
import type { AttachmentLimits } from '@backhaul/shared';
import { ApiError } from '../http/api-error.ts';
import { readSettings } from '../settings/read-settings.ts';

export async function readLimits(tx: TenantTx): Promise<AttachmentLimits> {
  const { maxBytes, allowedTypes } = (await readSettings(tx)).values.attachments;
  return { maxBytes, allowedTypes: [...allowedTypes] };
}

/** Throws TYPE_NOT_ALLOWED or ATTACHMENT_TOO_LARGE, with the limits in its details. */
export function refuseBeyond(limits: AttachmentLimits, { mimeType, size }: { mimeType: string; size: number }): void {
  if (!limits.allowedTypes.includes(mimeType)) throw new ApiError('TYPE_NOT_ALLOWED', { details: { ...limits } });
  if (size > limits.maxBytes) throw new ApiError('ATTACHMENT_TOO_LARGE', { details: { ...limits } });
}
