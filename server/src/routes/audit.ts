import { AuditQuery, AuditResponse } from '@backhaul/shared/schemas';
import { listAudit } from '../audit/list-audit.ts';
import { languageOf } from '../http/language.ts';
import { type RoutePlugin, tenantErrors } from '../http/route-plugin.ts';

const plugin: RoutePlugin = async (app, { services }) => {
  app.get(
    '/audit',
    {
      config: { access: { who: 'manager', enforcedBy: 'hook' }, hasSentences: true },
      schema: {
        tags: ['Audit'],
        summary: 'List what happened',
        description: 'One entry for each accepted change. Oldest first, or newest first with `order=desc`.',
        querystring: AuditQuery,
        response: { 200: AuditResponse, ...tenantErrors('INVALID_CURSOR', 'INVALID_ID') },
      },
    },
    async (request) =>
      listAudit(services, { tenantId: request.tenantId, language: languageOf(request) }, request.query),
  );
};
export default plugin;
