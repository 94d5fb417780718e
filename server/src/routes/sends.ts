import { parseRecordId, type RecordId } from '@backhaul/shared';
import { PreviewRequest, PreviewResponse, SendRequest, SendResponse, Uuid } from '@backhaul/shared/schemas';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { ApiError } from '../http/api-error.ts';
import { BODY_ERRORS, callerOf, type RoutePlugin, tenantErrors } from '../http/route-plugin.ts';
import { previewMessages } from '../notifications/preview-messages.ts';
import { requestSend } from '../notifications/request-send.ts';
import { queueNotifications } from './queue-notifications.ts';

/** For every kind of record that the domain sends. */
const plugin: RoutePlugin = async (app, { services }) => {
  for (const sendable of services.sendables) {
    app.post(
      `/${sendable.path}/:id/send`,
      {
        config: { access: { who: 'manager', enforcedBy: 'transaction' } },
        schema: {
          tags: ['Messages'],
          summary: 'Send to the customer',
          description:
            'One message for each channel, all of them or none; they go out in the background, see GET /v1/notifications. The same key, or what the customer was sent already through a channel, sends nothing and answers with the message of then; `newerSent` says that something else followed that, and `again` sends it all the same.',
          params: Type.Object({ id: Uuid }),
          body: SendRequest,
          response: {
            202: SendResponse,
            ...tenantErrors(
              'UNSUPPORTED',
              'NOT_SENDABLE',
              'UNREACHABLE',
              'OPTED_OUT',
              'OPEN_CONFLICT',
              'IDEMPOTENCY_KEY_REUSED',
              ...FILE_REFUSALS,
              'RATE_LIMITED',
              ...sendable.refusals,
              ...BODY_ERRORS,
            ),
          },
        },
      },
      async (request, reply) => {
        const order = { sendable, id: idOf(request), request: request.body };
        const answer = await requestSend(services, callerOf(request), order);
        await queueNotifications(services, request, answer.notificationIds);
        return reply.code(202).send(answer);
      },
    );

    app.post(
      `/${sendable.path}/:id/preview`,
      {
        config: { access: { who: 'manager', enforcedBy: 'hook' } },
        schema: {
          tags: ['Messages'],
          summary: 'See what the customer would get',
          description: 'Sends nothing. `problem` says why a channel could not be used now.',
          params: Type.Object({ id: Uuid }),
          body: PreviewRequest,
          response: { 200: PreviewResponse, ...tenantErrors('NOT_SENDABLE', ...FILE_REFUSALS, ...BODY_ERRORS) },
        },
      },
      async (request) => {
        const wanted = { sendable, id: idOf(request), request: request.body };
        return { previews: await previewMessages(services, request.tenantId, wanted) };
      },
    );
  }
};
export default plugin;

/** Of a file that is to go along. */
const FILE_REFUSALS = ['RECORD_GONE', 'UPLOAD_MISSING', 'ATTACHMENTS_UNAVAILABLE'] as const;

function idOf(request: FastifyRequest): RecordId {
  const id = parseRecordId((request.params as { id?: unknown }).id);
  if (!id) throw new ApiError('INVALID_ID', { details: { parameter: 'id' } });
  return id;
}
