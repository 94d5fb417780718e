import { withTenant } from '@backhaul/db';
import { parseRecordId, type RecordId } from '@backhaul/shared';
import {
  AttachmentLimits,
  CompleteRequest,
  CompleteResponse,
  DeleteAttachmentResponse,
  DownloadResponse,
  PresignRequest,
  PresignResponse,
  Uuid,
} from '@backhaul/shared/schemas';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { completeUpload } from '../attachments/complete-upload.ts';
import { deleteAttachment } from '../attachments/delete-attachment.ts';
import { readLimits } from '../attachments/limits.ts';
import { presignDownload } from '../attachments/presign-download.ts';
import { presignUpload } from '../attachments/presign-upload.ts';
import { BODY_ERRORS, callerOf, type RoutePlugin, tenantErrors } from '../http/route-plugin.ts';

const write = { access: { who: 'member', enforcedBy: 'transaction' } } as const;
const read = { access: { who: 'member', enforcedBy: 'hook' } } as const;

const plugin: RoutePlugin = async (app, { services }) => {
  app.post(
    '/attachments/presign',
    {
      config: write,
      schema: {
        tags: ['Attachments'],
        summary: 'Announce a file and get an address to upload it to',
        description:
          'The address takes exactly this type, length and checksum, once, within five minutes. Asking again with the same id is the same attachment.',
        body: PresignRequest,
        response: {
          200: PresignResponse,
          ...tenantErrors(
            'INVALID_FIELD',
            'RECORD_GONE',
            'TYPE_NOT_ALLOWED',
            'ATTACHMENT_TOO_LARGE',
            'ALREADY_EXISTS',
            'ALREADY_UPLOADED',
            'ATTACHMENTS_UNAVAILABLE',
            ...BODY_ERRORS,
          ),
        },
      },
    },
    async (request) => {
      const presigned = await presignUpload(services, callerOf(request), request.body);
      return { ...presigned, uploadUrl: absolute(request, presigned.uploadUrl) };
    },
  );

  app.post(
    '/attachments/complete',
    {
      config: write,
      schema: {
        tags: ['Attachments'],
        summary: 'Say that a file is uploaded',
        description:
          'The service looks at what was uploaded before the attachment becomes `ready`. Its owner names it from then on, if it has a field for that which names nothing.',
        body: CompleteRequest,
        response: {
          200: CompleteResponse,
          ...tenantErrors(
            'RECORD_GONE',
            'UPLOAD_MISSING',
            'UPLOAD_MISMATCH',
            'ATTACHMENTS_UNAVAILABLE',
            ...BODY_ERRORS,
          ),
        },
      },
    },
    async (request) =>
      completeUpload(services, callerOf(request), parseRecordId(request.body.attachmentId) as RecordId),
  );

  app.get(
    '/attachments/:id/presign',
    {
      config: read,
      schema: {
        tags: ['Attachments'],
        summary: 'Get an address to download a file from',
        description: 'For who sees the record that it belongs to. Good for ten minutes, for whoever holds it.',
        params: Type.Object({ id: Uuid }),
        response: {
          200: DownloadResponse,
          ...tenantErrors('RECORD_GONE', 'UPLOAD_MISSING', 'ATTACHMENTS_UNAVAILABLE'),
        },
      },
    },
    async (request) => {
      const answer = await presignDownload(services, request.access, parseRecordId(request.params.id) as RecordId);
      return { ...answer, downloadUrl: absolute(request, answer.downloadUrl) };
    },
  );

  app.delete(
    '/attachments/:id',
    {
      config: write,
      schema: {
        tags: ['Attachments'],
        summary: 'Delete a file',
        description:
          'Soft. For managers, and for who announced it as long as they may add files to its owner; an owner that names it names nothing from then on.',
        params: Type.Object({ id: Uuid }),
        response: { 200: DeleteAttachmentResponse, ...tenantErrors('RECORD_GONE', ...BODY_ERRORS) },
      },
    },
    async (request) => deleteAttachment(services, callerOf(request), parseRecordId(request.params.id) as RecordId),
  );

  app.get(
    '/attachments/limits',
    {
      config: read,
      schema: {
        tags: ['Attachments'],
        summary: 'Read what the business takes',
        response: { 200: AttachmentLimits, ...tenantErrors() },
      },
    },
    async (request) => withTenant(services.database, request.tenantId, readLimits, { readOnly: true }),
  );
};
export default plugin;

/** Addresses of this service are at the place where its caller has found it. Only the caller is told. */
function absolute({ protocol, host }: FastifyRequest, url: string): string {
  return new URL(url, `${protocol}://${host}`).href;
}
