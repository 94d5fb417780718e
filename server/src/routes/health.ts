import { PROTOCOL_VERSION } from '@backhaul/shared';
import { sql } from 'kysely';
import { Type } from 'typebox';
import { ApiError } from '../http/api-error.ts';
import { errors, type RoutePlugin } from '../http/route-plugin.ts';

const HealthResponse = Type.Object(
  { status: Type.Literal('ok'), protocolVersion: Type.Integer() },
  { $id: 'HealthResponse' },
);

const plugin: RoutePlugin = async (app, { services }) => {
  const body = { status: 'ok', protocolVersion: PROTOCOL_VERSION } as const;

  app.get(
    '/health',
    {
      config: { access: { who: 'anyone', enforcedBy: 'hook' } },
      schema: {
        tags: ['Service'],
        summary: 'Is the process alive?',
        response: { 200: HealthResponse, ...errors() },
      },
    },
    async () => body,
  );

  app.get(
    '/ready',
    {
      config: { access: { who: 'anyone', enforcedBy: 'hook' } },
      schema: {
        tags: ['Service'],
        summary: 'Can it serve?',
        description: 'Asks the database, and that no migration is missing.',
        response: { 200: HealthResponse, ...errors() },
      },
    },
    async () => {
      // No door: the statement reads no row.
      await sql`select 1`.execute(services.database.kysely);
      const pending = (await services.pendingMigrations?.()) ?? [];
      if (pending.length > 0) throw new ApiError('UNAVAILABLE', { details: { pendingMigrations: pending } });
      return body;
    },
  );
};
export default plugin;
