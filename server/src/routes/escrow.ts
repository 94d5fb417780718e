import { type DeviceId, type EscrowRequest as Escrow, parseDeviceId } from '@backhaul/shared';
import { ESCROW_LIMITS, EscrowRequest, OkResponse } from '@backhaul/shared/schemas';
import { ApiError } from '../http/api-error.ts';
import { BODY_ERRORS, type RoutePlugin, tenantErrors } from '../http/route-plugin.ts';
import { takeEscrow } from '../quarantine/take-escrow.ts';

const plugin: RoutePlugin = async (app, { services }) => {
  app.post(
    '/escrow',
    {
      bodyLimit: ESCROW_LIMITS.maxBytes,
      config: { access: { who: 'deviceOwner', enforcedBy: 'transaction' } },
      schema: {
        tags: ['Quarantine'],
        summary: 'Hand over work that may not be pushed any more',
        description:
          'For a device that was revoked, whose member was removed or disabled, or that is signed out. Managers decide about it. The answer is the same whatever becomes of it; handing over a change again changes nothing.',
        body: EscrowRequest,
        response: {
          202: OkResponse,
          ...tenantErrors('TOO_MANY_CHANGES', 'ESCROW_FULL', 'RATE_LIMITED', ...BODY_ERRORS),
        },
      },
    },
    async (request, reply) => {
      const deviceId = parseDeviceId(request.body.deviceId) as DeviceId;
      if (request.deviceId !== null && request.deviceId !== deviceId) {
        throw new ApiError('INVALID_REQUEST', { message: 'X-Device-Id and deviceId name two devices' });
      }
      const { tenantId, identity } = request;
      await takeEscrow(services, { tenantId, identity, deviceId }, request.body as Escrow);
      return reply.code(202).send({ ok: true as const });
    },
  );
};
export default plugin;
