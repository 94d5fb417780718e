import { readCreator, readRecords } from '@backhaul/db';
import { type DeleteAttachmentResponse, type Entity, entityOf, type RecordId } from '@backhaul/shared';
import { type Caller, type LockedAccess, withLockedAccess } from '../access/with-locked-access.ts';
import { ApiError } from '../http/api-error.ts';
import { writeAsService } from '../records/write-record.ts';
import type { Services } from '../services.ts';
import { ATTACHMENT, attachmentsOf } from './attachment-entity.ts';
import { type Attachment, ownerOf, requireOwner, requireVisible } from './read-attachment.ts';

/**
 * Deletes one file, softly: as a manager, or as who announced it, as long as they may add files to its owner. An owner that names it
 * names nothing from then on. Its bytes stay until its record is purged. Deleting again answers the same. Throws NOT_FOUND,
 * FORBIDDEN, RECORD_GONE where its owner is deleted.
 */
export function deleteAttachment(
  services: Services,
  caller: Caller,
  attachmentId: RecordId,
): Promise<DeleteAttachmentResponse> {
  return withLockedAccess(services, caller, async (locked) => {
    const { tx, clock, access } = locked;
    const attachment = await requireVisible(services, tx, access, attachmentId);
    if (attachment.deletedAt !== null) return { attachmentId };
    await requireOwner(services, tx, access, ownerOf(services, attachment));
    const isOwn = (await readCreator(tx, { entity: ATTACHMENT, id: attachmentId })) === caller.userId;
    if (access.role !== 'manager' && !isOwn) throw new ApiError('FORBIDDEN');
    const write = {
      op: 'delete',
      entity: ATTACHMENT,
      id: attachmentId,
      values: {},
      base: { kind: 'current' },
    } as const;
    const written = await writeAsService(services, { tx, clock, actor: access.userId }, write);
    if (!written) throw new Error('An attachment can not be deleted');
    await unlink(services, locked, attachment);
    return { attachmentId };
  });
}

/** The counterpart of a completed upload, which names itself in its owner. */
async function unlink(services: Services, { tx, clock, access }: LockedAccess, attachment: Attachment): Promise<void> {
  const { ownerType, ownerId } = ownerOf(services, attachment);
  const field = attachmentsOf(services.domain).ownedBy.links?.[ownerType];
  if (field === undefined) return;
  const [owner] = await readRecords(tx, entityOf(services.domain, ownerType) as Entity, [ownerId]);
  if (owner?.values[field] !== attachment.id) return;
  const write = { op: 'upsert', entity: ownerType, id: ownerId, values: { [field]: null } } as const;
  await writeAsService(services, { tx, clock, actor: access.userId }, { ...write, base: { kind: 'current' } });
}
