import { type DeviceId, parseDeviceId, type PushRequest as Push } from '@backhaul/shared';
import {
  PULL_DEFAULT_LIMIT,
  PullQuery,
  PullResponse,
  PUSH_LIMITS,
  PushRequest,
  PushResponse,
  StreamChanges,
  StreamPoke,
  StreamQuery,
  StreamRevoked,
} from '@backhaul/shared/schemas';
import { Type } from 'typebox';
import { ApiError } from '../http/api-error.ts';
import { errorFacts } from '../http/error-log.ts';
import { languageOf } from '../http/language.ts';
import { BODY_ERRORS, type RoutePlugin, tenantErrors } from '../http/route-plugin.ts';
import { openStream } from '../streams/open-stream.ts';
import { pull } from '../sync/pull/pull.ts';
import { push } from '../sync/push/push.ts';

const plugin: RoutePlugin = async (app, { services }) => {
  app.post(
    '/sync/push',
    {
      bodyLimit: PUSH_LIMITS.maxBytes,
      config: { access: { who: 'member', enforcedBy: 'transaction' }, hasSentences: true },
      schema: {
        tags: ['Sync'],
        summary: "Send a device's changes",
        description:
          'Everything acceptable is committed together; every change gets its own outcome. Sending a change again changes nothing.',
        body: PushRequest,
        response: { 200: PushResponse, ...tenantErrors('TOO_MANY_CHANGES', ...BODY_ERRORS) },
      },
    },
    async (request) => {
      const deviceId = parseDeviceId(request.body.deviceId) as DeviceId;
      if (request.deviceId !== null && request.deviceId !== deviceId) {
        throw new ApiError('INVALID_REQUEST', { message: 'X-Device-Id and deviceId name two devices' });
      }
      const { tenantId, identity } = request;
      // The items are checked one by one: what is wrong inside a change is that change's rejection.
      const onRefused = (error: unknown): void => {
        request.log.error({ cause: errorFacts(error) }, 'the database refused a change');
      };
      const caller = { tenantId, userId: identity.userId, deviceId, language: languageOf(request), onRefused };
      return push(services, caller, request.body as Push);
    },
  );

  app.get(
    '/sync/pull',
    {
      config: { access: { who: 'member', enforcedBy: 'transaction' } },
      schema: {
        tags: ['Sync'],
        summary: 'Fetch what changed since a cursor',
        description: 'Without `since`: everything the member may see. Echo `nextCursor` until `hasMore` is false.',
        querystring: PullQuery,
        response: { 200: PullResponse, ...tenantErrors('INVALID_CURSOR', 'CURSOR_EXPIRED', 'RESYNC_REQUIRED') },
      },
    },
    async (request) => {
      const { tenantId, deviceId, identity } = request;
      const { since, limit = PULL_DEFAULT_LIMIT, schemaVersion } = request.query;
      return pull(services, { tenantId, deviceId, userId: identity.userId }, { since, limit, schemaVersion });
    },
  );

  app.get(
    '/sync/stream',
    {
      // A HEAD would wait for a body that does not end.
      exposeHeadRoute: false,
      config: { access: { who: 'member', enforcedBy: 'hook' } },
      schema: {
        tags: ['Sync'],
        summary: 'Be told what changes from a cursor on',
        description:
          'Server-sent events; the schema is that of their data. A device applies `changes` only on the cursor that it holds, and pulls otherwise. A comment comes every 25 s; the stream ends within an hour.',
        querystring: StreamQuery,
        response: {
          200: {
            description: 'Events, until either side ends the stream',
            content: { 'text/event-stream': { schema: Type.Union([StreamChanges, StreamPoke, StreamRevoked]) } },
          },
          ...tenantErrors(
            'INVALID_ID',
            'INVALID_CURSOR',
            'CURSOR_EXPIRED',
            'RESYNC_REQUIRED',
            'STREAM_UNSUPPORTED',
            'TOO_MANY_STREAMS',
          ),
        },
      },
    },
    async (request, reply) => openStream(app.streams, services, { request, reply, query: request.query }),
  );
};
export default plugin;
