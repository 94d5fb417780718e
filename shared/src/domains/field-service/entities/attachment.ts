import { defineEntity } from '../../../domain/define-entity.ts';
import { id, integer, oneOf, text } from '../../../domain/field.ts';
import { ATTACHMENT_OWNERS, ATTACHMENT_PURPOSES, ATTACHMENT_STATUSES } from '../vocabulary.ts';

/** A file of a task or a finance entry. Made by asking for an upload, `ready` once its object is there. */
export const attachment = defineEntity({
  table: 'attachments',
  writer: 'server',
  ownedBy: { type: 'ownerType', id: 'ownerId', links: { finance_entry: 'receiptAttachmentId' } },
  fields: {
    ownerType: oneOf(ATTACHMENT_OWNERS, { required: true }),
    ownerId: id({ required: true }),
    mimeType: text({ required: true, maxLength: 255 }),
    /** Bytes. */
    size: integer({ required: true }),
    /** Of the content, hexadecimal. */
    sha256: text({ maxLength: 64 }),
    status: oneOf(ATTACHMENT_STATUSES, { required: true }),
    purpose: oneOf(ATTACHMENT_PURPOSES, { required: true, default: 'general' }),
    /** As the file was called where it came from. People name files after people. */
    fileName: text({ sensitive: true, maxLength: 255 }),
  },
});
