import {
  QuarantineApplyRequest,
  QuarantineBulkRequest,
  QuarantineBulkResponse,
  QuarantineDecision,
  QuarantineQuery,
  QuarantineResponse,
  Uuid,
} from '@backhaul/shared/schemas';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { errorFacts } from '../http/error-log.ts';
import { languageOf } from '../http/language.ts';
import { BODY_ERRORS, callerOf, type RoutePlugin, tenantErrors } from '../http/route-plugin.ts';
import { decideMany, decideOne, type Decision } from '../quarantine/decide-quarantine.ts';
import { listQuarantine } from '../quarantine/list-quarantine.ts';

const read = { access: { who: 'manager', enforcedBy: 'hook' }, hasSentences: true } as const;
const write = { access: { who: 'manager', enforcedBy: 'transaction' } } as const;
const Params = Type.Object({ id: Uuid });

const plugin: RoutePlugin = async (app, { services }) => {
  const reader = (request: FastifyRequest) => ({ ...callerOf(request), language: languageOf(request) });

  app.get(
    '/quarantine',
    {
      config: read,
      schema: {
        tags: ['Quarantine'],
        summary: 'List work that devices handed over',
        description:
          'What was typed, by whom and when, beside the record as it is now. In the order of arrival, newest first with `order=desc`.',
        querystring: QuarantineQuery,
        response: { 200: QuarantineResponse, ...tenantErrors('INVALID_CURSOR', 'INVALID_ID') },
      },
    },
    async (request) => listQuarantine(services, reader(request), request.query),
  );

  app.post(
    '/quarantine/:id/apply',
    {
      config: { ...write, hasSentences: true },
      schema: {
        tags: ['Quarantine'],
        summary: 'Apply a change',
        description:
          'As its device would have pushed it: what others have written since is a logged conflict. `values` replace typed ones. What is refused goes on waiting.',
        params: Params,
        body: QuarantineApplyRequest,
        response: {
          200: QuarantineDecision,
          ...tenantErrors('ALREADY_DECIDED', 'RECORD_GONE', 'INVALID_FIELD', ...BODY_ERRORS),
        },
      },
    },
    async (request) => {
      const { values = {} } = request.body;
      const decision = applying(request, Object.keys(values).length === 0 ? null : values);
      return decideOne(services, reader(request), { id: request.params.id, decision });
    },
  );

  app.post(
    '/quarantine/:id/discard',
    {
      config: { ...write, hasSentences: true },
      schema: {
        tags: ['Quarantine'],
        summary: 'Discard a change',
        description: 'It is applied to nothing, and kept with all its values.',
        params: Params,
        response: { 200: QuarantineDecision, ...tenantErrors('ALREADY_DECIDED', ...BODY_ERRORS) },
      },
    },
    async (request) => decideOne(services, reader(request), { id: request.params.id, decision: { kind: 'discard' } }),
  );

  app.post(
    '/quarantine/apply',
    {
      config: write,
      schema: {
        tags: ['Quarantine'],
        summary: 'Apply several changes',
        description: 'In the order in which they arrived, whatever the order of the ids. Each has a result of its own.',
        body: QuarantineBulkRequest,
        response: { 200: QuarantineBulkResponse, ...tenantErrors(...BODY_ERRORS) },
      },
    },
    async (request) => ({
      results: await decideMany(services, callerOf(request), {
        ids: request.body.ids,
        decision: applying(request, null),
      }),
    }),
  );

  app.post(
    '/quarantine/discard',
    {
      config: write,
      schema: {
        tags: ['Quarantine'],
        summary: 'Discard several changes',
        body: QuarantineBulkRequest,
        response: { 200: QuarantineBulkResponse, ...tenantErrors(...BODY_ERRORS) },
      },
    },
    async (request) => ({
      results: await decideMany(services, callerOf(request), {
        ids: request.body.ids,
        decision: { kind: 'discard' },
      }),
    }),
  );
};
export default plugin;

function applying(
  request: Pick<FastifyRequest, 'log'>,
  corrections: Extract<Decision, { kind: 'apply' }>['corrections'],
): Decision {
  const onRefused = (error: unknown): void => {
    request.log.error({ cause: errorFacts(error) }, 'the database refused a change');
  };
  return { kind: 'apply', corrections, onRefused };
}
