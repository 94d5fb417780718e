import { withTenant } from '@backhaul/db';
import { Settings, SettingsPatch } from '@backhaul/shared/schemas';
import { BODY_ERRORS, callerOf, type RoutePlugin, tenantErrors } from '../http/route-plugin.ts';
import { takeAnyObject } from '../http/take-any-object.ts';
import { changeSettings, toSettings } from '../settings/change-settings.ts';
import { readSettings } from '../settings/read-settings.ts';

const plugin: RoutePlugin = async (app, { services }) => {
  app.get(
    '/settings',
    {
      config: { access: { who: 'manager', enforcedBy: 'hook' } },
      schema: {
        tags: ['Settings'],
        summary: "Read the tenant's settings",
        description: 'The whole of them, defaults filled in. `updatedAt` is null while nobody has set any.',
        response: { 200: Settings, ...tenantErrors() },
      },
    },
    async (request) =>
      toSettings(await withTenant(services.database, request.tenantId, readSettings, { readOnly: true })),
  );

  await app.register(async (scope) => {
    takeAnyObject(scope);
    scope.patch(
      '/settings',
      {
        config: { access: { who: 'manager', enforcedBy: 'transaction' } },
        schema: {
          tags: ['Settings'],
          summary: "Change the tenant's settings",
          description:
            'What is left out stays, `null` resets to the default, lists are replaced as a whole. With `expectedUpdatedAt`, RECORD_MOVED answers with the settings as they are now if they are of another moment.',
          body: SettingsPatch,
          response: {
            200: Settings,
            ...tenantErrors(
              'RECORD_MOVED',
              'UNKNOWN_FIELD',
              'INVALID_FIELD',
              'INVALID_TEXT',
              'INVALID_CURSOR',
              ...BODY_ERRORS,
            ),
          },
        },
      },
      (request) => changeSettings(services, callerOf(request), request.body as Record<string, unknown>),
    );
  });
};
export default plugin;
