import { readTenantLogo, withTenant } from '@backhaul/db';
import { LogoRequest, LogoResponse } from '@backhaul/shared/schemas';
import { BODY_ERRORS, callerOf, type RoutePlugin, tenantErrors } from '../http/route-plugin.ts';
import { changeLogo, toLogo } from '../settings/change-logo.ts';

const write = { access: { who: 'manager', enforcedBy: 'transaction' } } as const;
/** Only a manager's picture is decoded, and none under the lock: so the role is looked at before that, and again in the transaction. */
const decode = { access: { who: 'manager', enforcedBy: 'hook' } } as const;
/** 2 MB in base64, and what is around it. */
const BODY_BYTES = 3 * 1024 * 1024;

const plugin: RoutePlugin = async (app, { services }) => {
  app.get(
    '/settings/logo',
    {
      config: { access: { who: 'manager', enforcedBy: 'hook' } },
      schema: {
        tags: ['Settings'],
        summary: 'Read the logo on documents',
        response: { 200: LogoResponse, ...tenantErrors() },
      },
    },
    async (request) =>
      toLogo(await withTenant(services.database, request.tenantId, readTenantLogo, { readOnly: true })),
  );

  app.put(
    '/settings/logo',
    {
      config: decode,
      bodyLimit: BODY_BYTES,
      schema: {
        tags: ['Settings'],
        summary: 'Set the logo on documents',
        description:
          'A whole JPEG, or a PNG without interlacing, of at most 2 MB and four million pixels, in base64. One is looked at at a time.',
        body: LogoRequest,
        response: { 200: LogoResponse, ...tenantErrors('INVALID_FIELD', 'RATE_LIMITED', ...BODY_ERRORS) },
      },
    },
    (request) => changeLogo(services, callerOf(request), Buffer.from(request.body.data, 'base64')),
  );

  app.delete(
    '/settings/logo',
    {
      config: write,
      schema: {
        tags: ['Settings'],
        summary: 'Take the logo off documents',
        response: { 200: LogoResponse, ...tenantErrors(...BODY_ERRORS) },
      },
    },
    (request) => changeLogo(services, callerOf(request), null),
  );
};
export default plugin;
