import { ConflictsQuery, ConflictsResponse, ResolveRequest, ResolveResponse, Uuid } from '@backhaul/shared/schemas';
import { Type } from 'typebox';
import { listConflicts } from '../conflicts/list-conflicts.ts';
import { resolveConflict } from '../conflicts/resolve-conflict.ts';
import { BODY_ERRORS, callerOf, type RoutePlugin, tenantErrors } from '../http/route-plugin.ts';

const plugin: RoutePlugin = async (app, { services }) => {
  app.get(
    '/conflicts',
    {
      config: { access: { who: 'manager', enforcedBy: 'hook' } },
      schema: {
        tags: ['Conflicts'],
        summary: 'List conflicts',
        description: 'Oldest first. Echo `nextCursor` as `since` while `hasMore`, or later to see what is new.',
        querystring: ConflictsQuery,
        response: { 200: ConflictsResponse, ...tenantErrors('INVALID_CURSOR') },
      },
    },
    async (request) => listConflicts(services, request.tenantId, request.query),
  );

  app.post(
    '/conflicts/:id/resolve',
    {
      config: { access: { who: 'manager', enforcedBy: 'transaction' } },
      schema: {
        tags: ['Conflicts'],
        summary: 'Settle a conflict',
        description:
          '`keep` the winner, `restore` the losing values, or `edit` to other ones: an ordinary, audited change.',
        params: Type.Object({ id: Uuid }),
        body: ResolveRequest,
        response: {
          200: ResolveResponse,
          ...tenantErrors('ALREADY_RESOLVED', 'RECORD_MOVED', 'INVALID_FIELD', ...BODY_ERRORS),
        },
      },
    },
    async (request) =>
      resolveConflict(services, callerOf(request), { conflictId: request.params.id, request: request.body }),
  );
};
export default plugin;
