import { InviteRequest, InviteResponse, Uuid } from '@backhaul/shared/schemas';
import { Type } from 'typebox';
import { BODY_ERRORS, callerOf, type RoutePlugin, tenantErrors } from '../http/route-plugin.ts';
import { invite } from '../tenants/invite.ts';

const plugin: RoutePlugin = async (app, { services }) => {
  app.post(
    '/tenants/:id/invite',
    {
      config: { access: { who: 'manager', enforcedBy: 'transaction', tenant: 'path' } },
      schema: {
        tags: ['Tenants'],
        summary: 'Invite a person by email',
        description: 'Runs out after 14 days. A person who signs in with this email, verified, becomes a member.',
        params: Type.Object({ id: Uuid }),
        body: InviteRequest,
        response: {
          201: InviteResponse,
          ...tenantErrors('INVITE_PENDING', 'MISSING_REFERENCE', ...BODY_ERRORS),
        },
      },
    },
    async (request, reply) => {
      const { inviteId } = await invite(services, callerOf(request), request.body);
      return reply.code(201).send({ inviteId, status: 'pending' });
    },
  );
};
export default plugin;
