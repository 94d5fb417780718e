import {
  ConflictCounts,
  ConflictsFilter,
  ConflictsQuery,
  ConflictsResponse,
  ResolveManyRequest,
  ResolveManyResponse,
  ResolveRequest,
  ResolveResponse,
  Uuid,
} from '@backhaul/shared/schemas';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { countConflicts } from '../conflicts/count-conflicts.ts';
import { listConflicts } from '../conflicts/list-conflicts.ts';
import { resolveConflict } from '../conflicts/resolve-conflict.ts';
import { resolveConflicts } from '../conflicts/resolve-conflicts.ts';
import { languageOf } from '../http/language.ts';
import { BODY_ERRORS, callerOf, type RoutePlugin, tenantErrors } from '../http/route-plugin.ts';

const read = { access: { who: 'manager', enforcedBy: 'hook' } } as const;
const write = { access: { who: 'manager', enforcedBy: 'transaction' } } as const;

const plugin: RoutePlugin = async (app, { services }) => {
  const reader = (request: FastifyRequest) => ({ ...callerOf(request), language: languageOf(request) });

  app.get(
    '/conflicts',
    {
      config: { ...read, hasSentences: true },
      schema: {
        tags: ['Conflicts'],
        summary: 'List conflicts',
        description: 'Oldest first. Echo `nextCursor` as `since` while `hasMore`, or later to see what is new.',
        querystring: ConflictsQuery,
        response: { 200: ConflictsResponse, ...tenantErrors('INVALID_CURSOR', 'INVALID_ID') },
      },
    },
    async (request) => listConflicts(services, reader(request), request.query),
  );

  app.get(
    '/conflicts/counts',
    {
      config: read,
      schema: {
        tags: ['Conflicts'],
        summary: 'Count conflicts',
        description:
          '`open`, `resolved` and `mustChoose` leave `status` aside; the breakdowns follow it. A number that reaches `limit` means that many or more.',
        querystring: ConflictsFilter,
        response: { 200: ConflictCounts, ...tenantErrors('INVALID_ID') },
      },
    },
    async (request) => countConflicts(services, request.tenantId, request.query),
  );

  app.post(
    '/conflicts/:id/resolve',
    {
      config: { ...write, hasSentences: true },
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
      resolveConflict(services, reader(request), { conflictId: request.params.id, request: request.body }),
  );

  app.post(
    '/conflicts/resolve',
    {
      config: { ...write, hasSentences: true },
      schema: {
        tags: ['Conflicts'],
        summary: 'Settle many conflicts',
        description:
          'In the order of the ids, in one transaction. Each has its own result: one that is refused does not hold up the others.',
        body: ResolveManyRequest,
        response: { 200: ResolveManyResponse, ...tenantErrors('INVALID_CURSOR', ...BODY_ERRORS) },
      },
    },
    async (request) => resolveConflicts(services, reader(request), request.body),
  );
};
export default plugin;
