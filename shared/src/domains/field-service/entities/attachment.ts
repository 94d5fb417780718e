import { defineEntity } from '../../../domain/define-entity.ts';
import { id, integer, oneOf, text } from '../../../domain/field.ts';
import { ATTACHMENT_OWNERS, ATTACHMENT_STATUSES } from '../vocabulary.ts';

export const attachment = defineEntity({
  table: 'attachments',
  writer: 'server',
  fields: {
    ownerType: oneOf(ATTACHMENT_OWNERS, { required: true }),
    ownerId: id({ required: true }),
    mimeType: text({ required: true, maxLength: 255 }),
    /** Bytes. */
    size: integer({ required: true }),
    /** Of the content, hexadecimal. */
    sha256: text({ maxLength: 64 }),
    status: oneOf(ATTACHMENT_STATUSES, { required: true }),
  },
});
