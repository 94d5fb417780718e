import { withTenant } from '@backhaul/db';
import type { DownloadResponse, RecordId } from '@backhaul/shared';
import { DOWNLOAD_SECONDS } from '@backhaul/shared/schemas';
import type { Access } from '../access/read-access.ts';
import { ApiError } from '../http/api-error.ts';
import type { Services } from '../services.ts';
import { objectStore } from './object-store-of.ts';
import { requireVisible } from './read-attachment.ts';

/** Throws NOT_FOUND, RECORD_GONE, or UPLOAD_MISSING while it is not complete. */
export async function presignDownload(services: Services, access: Access, id: RecordId): Promise<DownloadResponse> {
  const store = objectStore(services);
  const { tenantId } = access;
  const { values, deletedAt } = await withTenant(
    services.database,
    tenantId,
    (tx) => requireVisible(services, tx, access, id),
    { readOnly: true },
  );
  if (deletedAt !== null) throw new ApiError('RECORD_GONE', { details: { attachmentId: id } });
  if (values.status !== 'ready') throw new ApiError('UPLOAD_MISSING', { details: { attachmentId: id } });
  const shown = { mimeType: values.mimeType as string, fileName: (values.fileName ?? null) as string | null };
  const expiresAt = new Date(services.now().getTime() + DOWNLOAD_SECONDS * 1000).toISOString();
  const downloadUrl = await store.signDownload({ tenantId, attachmentId: id }, shown, DOWNLOAD_SECONDS);
  return { downloadUrl, expiresInSeconds: DOWNLOAD_SECONDS, expiresAt };
}
