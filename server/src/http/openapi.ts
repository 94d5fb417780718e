import swagger from '@fastify/swagger';
import { DEFAULT_LANGUAGE, LANGUAGES, PROTOCOL_VERSION } from '@backhaul/shared';
import type { FastifyInstance, FastifySchema, RouteOptions } from 'fastify';
import { Type } from 'typebox';
import type { RouteAccess } from './access-table.ts';
import { referencePage } from './reference-page.ts';

type JsonSchema = { readonly [keyword: string]: unknown };

const SESSION = 'session';
const SCHEDULER = 'scheduler';

/**
 * Describes every route that is registered after it: OpenAPI 3.1 at /openapi.json, for people at /reference. Schemas with
 * an `$id` become components of that name.
 */
export async function registerOpenApi(app: FastifyInstance): Promise<void> {
  const components: Record<string, JsonSchema> = {};
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.1',
      info: {
        title: 'Backhaul',
        version: String(PROTOCOL_VERSION),
        description:
          'Offline-first sync for teams in the field. Every failure is `{ "error": { "code", "message", "details" } }`; clients switch on the code.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          [SESSION]: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
          [SCHEDULER]: { type: 'http', scheme: 'bearer', description: 'The value of CRON_SECRET' },
        },
      },
    },
    transform: ({ schema, url, route }) => ({
      url,
      schema: schema?.hide ? schema : describeRoute(schema ?? {}, route, components),
    }),
    transformObject: (document) => {
      if (!('openapiObject' in document)) throw new Error('Only OpenAPI documents are generated');
      const { openapiObject } = document;
      const schemas = Object.fromEntries(Object.entries(components).sort(([a], [b]) => (a < b ? -1 : 1)));
      return { ...openapiObject, components: { ...openapiObject.components, schemas } } as typeof openapiObject;
    },
  });

  const config = { access: { who: 'anyone', enforcedBy: 'hook' } } as const;
  let pages: { json: string; html: string } | null = null;
  const render = () => {
    const document = app.swagger();
    pages ??= { json: JSON.stringify(document), html: referencePage(document as never) };
    return pages;
  };
  app.get(
    '/openapi.json',
    {
      config,
      schema: {
        tags: ['Service'],
        summary: 'This description',
        response: { 200: Type.Object({}, { additionalProperties: true, description: 'OpenAPI 3.1' }) },
      },
    },
    async (_request, reply) => reply.type('application/json; charset=utf-8').send(render().json),
  );
  app.get(
    '/reference',
    {
      config,
      schema: {
        tags: ['Service'],
        summary: 'This description, for people',
        produces: ['text/html'],
        response: { 200: Type.String({ description: 'A page' }) },
      },
    },
    async (_request, reply) => reply.type('text/html; charset=utf-8').send(render().html),
  );
}

type Described = FastifySchema & { readonly [keyword: string]: unknown };

function describeRoute(schema: FastifySchema, route: RouteOptions, components: Record<string, JsonSchema>): Described {
  const access = route.config?.access;
  const body = schema.body === undefined ? {} : { body: hoist(schema.body, components) };
  const response = Object.fromEntries(
    Object.entries((schema.response ?? {}) as { [status: string]: JsonSchema }).map(([status, answer]) => [
      status,
      { description: 'Success', ...(hoist(answer, components) as JsonSchema) },
    ]),
  );
  return {
    operationId: operationId(String(route.method), route.url),
    ...schema,
    ...body,
    response,
    ...(access && access.who !== 'anyone' ? { ...securityOf(access), 'x-who': access.who } : {}),
    ...headerParameters(access, route.config?.hasSentences === true),
  };
}

/** A signature is in the address, which is not told beforehand, or in a header of a provider's own. */
function securityOf({ who }: RouteAccess): {
  readonly security?: readonly { readonly [scheme: string]: readonly string[] }[];
} {
  return who === 'signature' || who === 'provider'
    ? {}
    : { security: [{ [who === 'scheduler' ? SCHEDULER : SESSION]: [] }] };
}

/** Read by hooks with error codes of their own, so these schemas describe and do not validate. */
function headerParameters(access: RouteAccess | undefined, hasSentences: boolean): { headers?: JsonSchema } {
  if (!access || ['anyone', 'scheduler', 'signature', 'provider'].includes(access.who)) return {};
  const tenantBound = access.who !== 'user' && access.tenant !== 'path';
  const properties = {
    ...(tenantBound ? { 'x-tenant-id': uuid('The tenant. May be left out by a device that has activated one.') } : {}),
    'x-device-id': uuid('The calling device, of every call that is made by one.'),
    ...(hasSentences ? { 'accept-language': { type: 'string', description: LANGUAGE } } : {}),
  };
  return { headers: { type: 'object', properties } };
}

const LANGUAGE = `Of the sentences in the answer: ${LANGUAGES.join(' or ')}. Default ${DEFAULT_LANGUAGE}.`;

function uuid(description: string): JsonSchema {
  return { type: 'string', format: 'uuid', description };
}

/** Moves every schema with an `$id` among the components and leaves a reference, with the description, behind. */
function hoist(schema: unknown, components: Record<string, JsonSchema>): unknown {
  if (Array.isArray(schema)) return schema.map((item) => hoist(item, components));
  if (typeof schema !== 'object' || schema === null) return schema;
  const { $id, ...keywords } = schema as JsonSchema;
  const children = Object.fromEntries(Object.entries(keywords).map(([key, value]) => [key, hoist(value, components)]));
  if (typeof $id !== 'string') return children;
  const { description, ...component } = children;
  components[$id] ??= component;
  return { $ref: `#/components/schemas/${$id}`, ...(description === undefined ? {} : { description }) };
}

/** `POST /v1/tenants/:id/invite` -> `postTenantsIdInvite`. */
function operationId(method: string, url: string): string {
  const words = url.replace(/^\/v1\//, '/').split(/[^a-zA-Z0-9]+/);
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
