import { parseRecordId, type RecordId } from '@backhaul/shared';
import { HistoryQuery, HistoryResponse, Uuid } from '@backhaul/shared/schemas';
import { Type } from 'typebox';
import { languageOf } from '../http/language.ts';
import { type RoutePlugin, tenantErrors } from '../http/route-plugin.ts';
import { recordHistory } from '../records/record-history.ts';

const plugin: RoutePlugin = async (app, { services }) => {
  app.get(
    '/records/:entity/:id/history',
    {
      config: { access: { who: 'manager', enforcedBy: 'hook' }, hasSentences: true },
      schema: {
        tags: ['Audit'],
        summary: 'Read the history of a record',
        description:
          'Every accepted write with its values before and after, and the conflicts that they met, in the order of versions. Also of a deleted or purged record.',
        params: Type.Object({ entity: Type.String({ examples: ['task'] }), id: Uuid }),
        querystring: HistoryQuery,
        response: { 200: HistoryResponse, ...tenantErrors('INVALID_CURSOR') },
      },
    },
    async (request) => {
      const { entity, id } = request.params;
      const reader = { access: request.access, language: languageOf(request) };
      return recordHistory(services, reader, { ...request.query, entity, id: parseRecordId(id) as RecordId });
    },
  );
};
export default plugin;
