import { withTenant } from '@backhaul/db';
import { parseUserId, type UserId } from '@backhaul/shared';
import { Member, MemberPatch, MembersResponse, OkResponse } from '@backhaul/shared/schemas';
import { Type } from 'typebox';
import { ApiError } from '../http/api-error.ts';
import { BODY_ERRORS, callerOf, type RoutePlugin, tenantErrors } from '../http/route-plugin.ts';
import { changeMember, removeMember } from '../members/change-member.ts';
import { listMembers } from '../members/list-members.ts';

const Params = Type.Object({ userId: Type.String({ minLength: 1, maxLength: 255 }) });

const plugin: RoutePlugin = async (app, { services }) => {
  app.get(
    '/members',
    {
      config: { access: { who: 'manager', enforcedBy: 'hook' } },
      schema: {
        tags: ['Members'],
        summary: 'List members and pending invites',
        response: { 200: MembersResponse, ...tenantErrors() },
      },
    },
    async (request) => {
      const members = await withTenant(
        services.database,
        request.tenantId,
        (tx) => listMembers(services.domain, tx, services.now()),
        { readOnly: true },
      );
      return { members };
    },
  );

  app.patch(
    '/members/:userId',
    {
      config: { access: { who: 'manager', enforcedBy: 'transaction' } },
      schema: {
        tags: ['Members'],
        summary: 'Change role or status',
        description: 'The last active manager stays one. Another role makes the member’s devices pull anew.',
        params: Params,
        body: MemberPatch,
        response: { 200: Member, ...tenantErrors('LAST_MANAGER', ...BODY_ERRORS) },
      },
    },
    (request) =>
      changeMember(services, callerOf(request), { userId: userIdOf(request.params.userId), patch: request.body }),
  );

  app.delete(
    '/members/:userId',
    {
      config: { access: { who: 'manager', enforcedBy: 'transaction' } },
      schema: {
        tags: ['Members'],
        summary: 'End a membership',
        params: Params,
        response: { 200: OkResponse, ...tenantErrors('LAST_MANAGER', ...BODY_ERRORS) },
      },
    },
    async (request) => {
      await removeMember(services, callerOf(request), userIdOf(request.params.userId));
      return { ok: true as const };
    },
  );
};
export default plugin;

/** What can not be a user id is nobody's. */
function userIdOf(text: string): UserId {
  const userId = parseUserId(text);
  if (!userId) throw new ApiError('NOT_FOUND');
  return userId;
}
