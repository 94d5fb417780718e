import { findKnownIds, isObjectSwept } from '@backhaul/db';
import { parseRecordId, type PresignRequest, type PresignResponse, type RecordId } from '@backhaul/shared';
import { UPLOAD_SECONDS } from '@backhaul/shared/schemas';
import { type Caller, type LockedAccess, withLockedAccess } from '../access/with-locked-access.ts';
import { ApiError } from '../http/api-error.ts';
import { keyText } from '../infra/objects/object-key.ts';
import { writeAsService } from '../records/write-record.ts';
import type { Services } from '../services.ts';
import { ATTACHMENT, factsOf } from './attachment-entity.ts';
import { readLimits, refuseBeyond } from './limits.ts';
import { objectStore, SWEEP_WAIT } from './object-store-of.ts';
import { type Attachment, readAttachment, requireOwner } from './read-attachment.ts';

/**
 * Makes the pending record of a file, or finds it again, and signs an address for exactly these bytes. Asking again is the same
 * attachment, as often as it takes. Throws what the member, the owner, the limits or an earlier use of the id refuse.
 */
export async function presignUpload(
  services: Services,
  caller: Caller,
  request: PresignRequest,
): Promise<PresignResponse> {
  const store = objectStore(services);
  const attachmentId = parseRecordId(request.attachmentId ?? services.newId()) as RecordId;
  const { values } = await withLockedAccess(services, caller, (locked) =>
    announce(services, locked, { ...request, attachmentId }),
  );
  const key = { tenantId: caller.tenantId, attachmentId };
  const { url, headers } = await store.signUpload(key, factsOf(values), UPLOAD_SECONDS);
  return {
    attachmentId,
    uploadUrl: url,
    method: 'PUT',
    headers: { ...headers },
    r2Key: keyText(key),
    expiresInSeconds: UPLOAD_SECONDS,
  };
}

async function announce(
  services: Services,
  { tx, clock, access }: LockedAccess,
  request: PresignRequest & { attachmentId: RecordId },
): Promise<Pick<Attachment, 'values'>> {
  const { attachmentId, ownerType, mimeType, size, sha256 = null, purpose, fileName = null } = request;
  const ownerId = parseRecordId(request.ownerId) as RecordId;
  await requireOwner(services, tx, access, { ownerType, ownerId });
  refuseBeyond(await readLimits(tx), { mimeType, size });
  const found = await readAttachment(services, tx, attachmentId);
  if (found) {
    const same = { ownerType, ownerId, mimeType, size, sha256 };
    if (Object.entries(same).some(([field, value]) => (found.values[field] ?? null) !== value)) {
      throw new ApiError('ALREADY_EXISTS');
    }
    if (found.deletedAt === null && found.values.status === 'ready') throw new ApiError('ALREADY_UPLOADED');
    if (found.deletedAt === null) return found;
  }
  if (await isObjectSwept(tx, attachmentId, services.now().toISOString())) {
    throw new ApiError('UNAVAILABLE', { retryAfter: SWEEP_WAIT });
  }
  const [known] = await findKnownIds(tx, services.domain, [{ entity: ATTACHMENT, id: attachmentId }]);
  if (known?.purged) throw new ApiError('RECORD_GONE', { details: { attachmentId } });
  const written = await writeAsService(
    services,
    { tx, clock, actor: access.userId },
    {
      op: 'upsert',
      entity: ATTACHMENT,
      id: attachmentId,
      values: {
        ownerType,
        ownerId,
        mimeType,
        size,
        sha256,
        status: found?.values.status ?? 'pending',
        ...(purpose === undefined ? {} : { purpose }),
        fileName,
      },
      base: { kind: 'create' },
    },
  );
  if (!written) throw new ApiError('INVALID_FIELD', { details: { fields: ['purpose', 'fileName'] } });
  return written.record;
}
