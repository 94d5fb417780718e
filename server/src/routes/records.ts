import { type Entity, parseCursor, parseRecordId, type RecordId } from '@backhaul/shared';
import {
  CursorText,
  newRecordSchema,
  Nullable,
  pascalCase,
  patchSchema,
  RecordsQuery,
  recordSchema,
  Uuid,
} from '@backhaul/shared/schemas';
import { Type } from 'typebox';
import { ApiError } from '../http/api-error.ts';
import { BODY_ERRORS, callerOf, type RoutePlugin, tenantErrors } from '../http/route-plugin.ts';
import { takeAnyObject } from '../http/take-any-object.ts';
import { createRecord, deleteRecord, patchRecord } from '../records/change-record.ts';
import { getRecord, listRecords } from '../records/list-records.ts';
import { type Base } from '@backhaul/shared/engine';

const Params = Type.Object({ id: Uuid });
const WRITE_ERRORS = ['INVALID_FIELD', 'DUPLICATE_VALUE', ...BODY_ERRORS] as const;
const DEFAULT_LIMIT = 100;

/** List, get, create, patch and delete for every entity that members may write, through the same engine as a push. */
const plugin: RoutePlugin = async (app, { services }) => {
  for (const [name, entity] of Object.entries(services.domain.entities)) {
    if (entity.writer === 'server') continue;
    await app.register(entityRoutes(name, entity), { services });
  }
};
export default plugin;

function entityRoutes(name: string, entity: Entity): RoutePlugin {
  const words = name.replaceAll('_', ' ');
  const tags = [name];
  const Record = recordSchema(name, entity);
  const Page = Type.Object(
    { records: Type.Array(Record), nextCursor: Nullable(CursorText), hasMore: Type.Boolean() },
    { $id: `${pascalCase(name)}Page` },
  );
  const read = { access: { who: 'member', enforcedBy: 'hook' } } as const;
  const write = { access: { who: 'member', enforcedBy: 'transaction' } } as const;

  return async (app, { services }) => {
    // The engine judges a push and a generic route alike.
    takeAnyObject(app);

    app.get(
      `/${entity.path}`,
      {
        config: read,
        schema: {
          tags,
          summary: `List ${words} records`,
          description: 'Oldest version first. Echo `nextCursor` as `since` while `hasMore`.',
          querystring: RecordsQuery,
          response: { 200: Page, ...tenantErrors('INVALID_CURSOR') },
        },
      },
      async (request) => {
        const { since, limit = DEFAULT_LIMIT, includeDeleted = false } = request.query;
        return listRecords(services, request.access, { entity: name, since, limit, includeDeleted });
      },
    );

    app.get(
      `/${entity.path}/:id`,
      {
        config: read,
        schema: {
          tags,
          summary: `Get a ${words}`,
          description: 'Deleted records have a `deletedAt`.',
          params: Params,
          response: { 200: Record, ...tenantErrors() },
        },
      },
      async (request) => {
        const record = await getRecord(services, request.access, { entity: name, id: idOf(request.params.id) });
        if (!record) throw new ApiError('NOT_FOUND');
        return record;
      },
    );

    app.post(
      `/${entity.path}`,
      {
        config: write,
        schema: {
          tags,
          summary: `Create a ${words}`,
          body: newRecordSchema(name, entity),
          response: { 201: Record, ...tenantErrors('ALREADY_EXISTS', 'REQUIRED_FIELD', ...WRITE_ERRORS) },
        },
      },
      async (request, reply) => {
        const { id, ...values } = request.body as Record<string, unknown>;
        const recordId = parseRecordId(id === undefined ? services.newId() : id);
        if (!recordId) throw new ApiError('INVALID_ID', { details: { field: 'id' } });
        const record = await createRecord(services, callerOf(request), { entity: name, id: recordId, values });
        return reply.code(201).send(record);
      },
    );

    app.patch(
      `/${entity.path}/:id`,
      {
        config: write,
        schema: {
          tags,
          summary: `Change some fields of a ${words}`,
          description:
            'With `baseUpdatedAt` the edit is merged as a push is; without, it is an edit of the record as it is now.',
          params: Params,
          body: patchSchema(name, entity),
          response: { 200: Record, ...tenantErrors('RECORD_GONE', ...WRITE_ERRORS) },
        },
      },
      async (request) => {
        const { baseUpdatedAt, ...values } = request.body as Record<string, unknown>;
        const base = parseBase(baseUpdatedAt);
        return patchRecord(services, callerOf(request), { entity: name, id: idOf(request.params.id), values, base });
      },
    );

    app.delete(
      `/${entity.path}/:id`,
      {
        config: write,
        schema: {
          tags,
          summary: `Delete a ${words}`,
          description: 'Soft: an edit made elsewhere without having seen it brings the record back.',
          params: Params,
          response: { 200: Record, ...tenantErrors('RECORD_GONE', ...BODY_ERRORS) },
        },
      },
      async (request) => {
        return deleteRecord(services, callerOf(request), { entity: name, id: idOf(request.params.id) });
      },
    );
  };
}

function parseBase(baseUpdatedAt: unknown): Base {
  if (baseUpdatedAt === undefined) return { kind: 'current' };
  const version = parseCursor(baseUpdatedAt);
  if (!version) throw new ApiError('INVALID_CURSOR', { details: { field: 'baseUpdatedAt' } });
  return { kind: 'version', version };
}

function idOf(text: string): RecordId {
  const id = parseRecordId(text);
  if (!id) throw new ApiError('INVALID_ID', { details: { parameter: 'id' } });
  return id;
}
