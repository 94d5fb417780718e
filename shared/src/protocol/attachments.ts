import { type Static, Type } from 'typebox';
import { InstantText, PlainText, Uuid } from './primitives.ts';
import { ATTACHMENT_LIMIT } from './settings.ts';

/** How long an address is good for, in seconds. */
export const UPLOAD_SECONDS = 300;
export const DOWNLOAD_SECONDS = 600;

const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'of the content, lower-case hexadecimal' });
const MimeType = Type.String({
  maxLength: 100,
  pattern: '^[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*$',
  examples: ['image/jpeg'],
});

/** Announces a file: what it is, and which record it belongs to. */
export const PresignRequest = Type.Object(
  {
    /** Made by the client, so that asking again is the same attachment. */
    attachmentId: Type.Optional(Uuid),
    ownerType: Type.String({ examples: ['task'] }),
    ownerId: Uuid,
    mimeType: MimeType,
    size: Type.Integer({ minimum: 0, maximum: ATTACHMENT_LIMIT, description: 'bytes' }),
    sha256: Type.Optional(Sha256),
    purpose: Type.Optional(Type.String({ examples: ['checkIn'] })),
    fileName: Type.Optional(PlainText(255)),
  },
  { $id: 'PresignRequest', additionalProperties: false },
);
export type PresignRequest = Static<typeof PresignRequest>;

/** Where to put the bytes, once, with exactly these headers. */
export const PresignResponse = Type.Object(
  {
    attachmentId: Uuid,
    uploadUrl: Type.String(),
    method: Type.Literal('PUT'),
    headers: Type.Record(Type.String(), Type.String()),
    r2Key: Type.String(),
    expiresInSeconds: Type.Integer(),
  },
  { $id: 'PresignResponse' },
);
export type PresignResponse = Static<typeof PresignResponse>;

export const CompleteRequest = Type.Object(
  { attachmentId: Uuid },
  { $id: 'CompleteRequest', additionalProperties: false },
);
export type CompleteRequest = Static<typeof CompleteRequest>;

/** `linked`: the owner names it now, because it named no other. */
export const CompleteResponse = Type.Object(
  { attachmentId: Uuid, status: Type.Literal('ready'), linked: Type.Boolean() },
  { $id: 'CompleteResponse' },
);
export type CompleteResponse = Static<typeof CompleteResponse>;

export const DeleteAttachmentResponse = Type.Object({ attachmentId: Uuid }, { $id: 'DeleteAttachmentResponse' });
export type DeleteAttachmentResponse = Static<typeof DeleteAttachmentResponse>;

export const DownloadResponse = Type.Object(
  { downloadUrl: Type.String(), expiresInSeconds: Type.Integer(), expiresAt: InstantText },
  { $id: 'DownloadResponse' },
);
export type DownloadResponse = Static<typeof DownloadResponse>;

/** What the business takes, for whoever chooses a file. */
export const AttachmentLimits = Type.Object(
  { maxBytes: Type.Integer(), allowedTypes: Type.Array(Type.String()) },
  { $id: 'AttachmentLimits' },
);
export type AttachmentLimits = Static<typeof AttachmentLimits>;
