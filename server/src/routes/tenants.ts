import { CreateTenantRequest, CreateTenantResponse, TenantsResponse } from '@backhaul/shared/schemas';
import { BODY_ERRORS, errors, type RoutePlugin } from '../http/route-plugin.ts';
import { createTenant } from '../tenants/create-tenant.ts';
import { listTenants } from '../tenants/list-tenants.ts';

const plugin: RoutePlugin = async (app, { services }) => {
  app.get(
    '/tenants',
    {
      config: { access: { who: 'user', enforcedBy: 'hook' } },
      schema: {
        tags: ['Tenants'],
        summary: 'List own memberships',
        description: "Takes up pending invites to the token's verified email first.",
        response: { 200: TenantsResponse, ...errors('UNAUTHENTICATED', 'INVALID_REQUEST') },
      },
    },
    async (request) => ({ tenants: await listTenants(services, request.identity) }),
  );

  app.post(
    '/tenants',
    {
      config: { access: { who: 'user', enforcedBy: 'hook' } },
      schema: {
        tags: ['Tenants'],
        summary: 'Create a tenant',
        description: 'The caller becomes its manager.',
        body: CreateTenantRequest,
        response: { 201: CreateTenantResponse, ...errors('UNAUTHENTICATED', 'INVALID_REQUEST', ...BODY_ERRORS) },
      },
    },
    async (request, reply) => {
      const { identity, deviceId } = request;
      const tenant = await createTenant(services, { identity, device: deviceId, name: request.body.name.trim() });
      return reply.code(201).send(tenant);
    },
  );
};
export default plugin;
