import type { TenantTx } from '@backhaul/db';
import { parseRecordId, type RecordId, type TenantId } from '@backhaul/shared';
import { findAttachments } from '../attachments/attachment-entity.ts';
import { objectStore } from '../attachments/object-store-of.ts';
import { ownerOf, readAttachment } from '../attachments/read-attachment.ts';
import { ApiError } from '../http/api-error.ts';
import type { OutgoingFile } from '../infra/messengers/messenger.ts';
import type { Services } from '../services.ts';
import type { Refusal } from './refusal.ts';
import type { FileOwner } from './sendable.ts';

/** A file that goes along with a message. Its bytes never change, so this names what the customer sees. */
export interface SentFile {
  readonly attachmentId: RecordId;
  readonly fileName: string | null;
  readonly mimeType: string;
  /** Bytes. */
  readonly size: number;
}

/**
 * Above this a file is behind the link alone, and not in the email itself: many mailboxes refuse more, and it must be with the
 * provider within the time that one has to answer.
 */
const ATTACHED_MAX = 5_000_000;

/**
 * The file that is to go along; `null`: none is asked for. Throws NOT_FOUND, RECORD_GONE, UPLOAD_MISSING while its bytes have not
 * arrived, ATTACHMENTS_UNAVAILABLE, NOT_SENDABLE where it belongs to another record.
 */
export async function requestedFile(
  services: Services,
  tx: TenantTx,
  { request, owners }: { readonly request: { readonly attachmentId?: string }; readonly owners: readonly FileOwner[] },
): Promise<SentFile | null> {
  const attachmentId = parseRecordId(request.attachmentId);
  if (attachmentId === null) return null;
  const details = { attachmentId };
  objectStore(services);
  const attachment = findAttachments(services.domain) && (await readAttachment(services, tx, attachmentId));
  if (!attachment) throw new ApiError('NOT_FOUND', { details });
  const { values, deletedAt } = attachment;
  if (deletedAt !== null) throw new ApiError('RECORD_GONE', { details });
  const { ownerType, ownerId } = ownerOf(services, attachment);
  if (!owners.some(({ entity, id }) => entity === ownerType && id === ownerId)) {
    throw new ApiError('NOT_SENDABLE', { message: 'The file belongs to another record', details });
  }
  if (values.status !== 'ready') throw new ApiError('UPLOAD_MISSING', { details });
  const { mimeType, size, fileName } = values;
  return {
    attachmentId,
    fileName: typeof fileName === 'string' ? fileName : null,
    mimeType: mimeType as string,
    size: size as number,
  };
}

export const FILE_GONE: Refusal = {
  code: 'RECORD_GONE',
  reason: 'The file that goes along was deleted before the message left',
};

export async function isFileGone(services: Services, tx: TenantTx, { attachmentId }: SentFile): Promise<boolean> {
  const attachment = await readAttachment(services, tx, attachmentId);
  return attachment === null || attachment.deletedAt !== null;
}

/** As part of an email; `null`: it is behind the link alone. Rejects if the store does not have it. */
export async function attachedFile(
  services: Services,
  tenantId: TenantId,
  { attachmentId, fileName, mimeType, size }: SentFile,
): Promise<OutgoingFile | null> {
  if (size > ATTACHED_MAX) return null;
  const bytes = await objectStore(services).read({ tenantId, attachmentId }, ATTACHED_MAX);
  if (!bytes) throw new Error('The store does not have the file');
  const ending = ENDINGS.exec(mimeType)?.[1];
  return { fileName: fileName ?? (ending === undefined ? 'file' : `file.${ending}`), mimeType, bytes };
}

/** Types whose second word is how the names of their files end. */
const ENDINGS = /^(?:image|application)\/(jpeg|png|webp|gif|heic|heif|avif|pdf)$/;
