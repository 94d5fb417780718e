import { withDirectory, withTenant } from '@backhaul/db';
import { type DeviceId, parseDeviceId, parseTenantId, type TenantId } from '@backhaul/shared';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Access, readAccess } from '../access/read-access.ts';
import { refuseAccess } from '../access/refuse-access.ts';
import { registerDevice } from '../devices/register-device.ts';
import type { Services } from '../services.ts';
import { ApiError } from './api-error.ts';
import type { RouteAccess } from './access-table.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The tenant of the request. Reading it on a route that is bound to none is a bug, and throws. */
    readonly tenantId: TenantId;
    namedTenant: TenantId | null;
    /** `X-Device-Id`; `null` when the caller names none. */
    deviceId: DeviceId | null;
    /** What the hook has read, on routes that it enforces; throws on others. */
    readonly access: Access;
    readAccess: Access | null;
  }
}

/** Finds the tenant and device of a request, and keeps strangers out of the routes that leave this to the hook. */
export function registerTenant(scope: FastifyInstance, services: Services): void {
  scope.decorateRequest('deviceId', null);
  scope.decorateRequest('namedTenant', null);
  scope.decorateRequest('readAccess', null);
  scope.decorateRequest('tenantId', {
    getter(this: FastifyRequest) {
      if (!this.namedTenant) throw new Error('This route is bound to no tenant');
      return this.namedTenant;
    },
  });
  scope.decorateRequest('access', {
    getter(this: FastifyRequest) {
      if (!this.readAccess) throw new Error("This route's access is not enforced by the hook");
      return this.readAccess;
    },
  });

  scope.addHook('onRequest', async (request) => {
    request.deviceId = deviceOf(request);
    const access = request.routeOptions.config.access;
    if (!access || !isTenantBound(access)) return;
    request.namedTenant = access.tenant === 'path' ? tenantInPath(request) : await tenantOf(services, request);
    if (access.enforcedBy === 'hook') request.readAccess = await enforce(services, request, access);
  });
}

function isTenantBound({ who }: RouteAccess): boolean {
  return who === 'deviceOwner' || who === 'member' || who === 'manager';
}

function deviceOf(request: FastifyRequest): DeviceId | null {
  const header = request.headers['x-device-id'];
  if (header === undefined) return null;
  const deviceId = parseDeviceId(header);
  if (!deviceId) throw new ApiError('INVALID_ID', { details: { header: 'X-Device-Id' } });
  return deviceId;
}

function tenantInPath(request: FastifyRequest): TenantId {
  const tenantId = parseTenantId((request.params as { id?: unknown }).id);
  if (!tenantId) throw new ApiError('INVALID_ID', { details: { parameter: 'id' } });
  return tenantId;
}

async function tenantOf(services: Services, request: FastifyRequest): Promise<TenantId> {
  const header = request.headers['x-tenant-id'];
  if (header !== undefined) {
    const tenantId = parseTenantId(header);
    if (!tenantId) throw new ApiError('INVALID_ID', { details: { header: 'X-Tenant-Id' } });
    return tenantId;
  }
  const activated = request.deviceId && (await activatedTenant(services, request, request.deviceId));
  if (!activated) throw new ApiError('TENANT_REQUIRED');
  return activated;
}

async function activatedTenant(
  { database }: Services,
  request: FastifyRequest,
  deviceId: DeviceId,
): Promise<TenantId | null> {
  const { userId } = request.identity;
  // The directory shows a person's own devices only, so nobody is sent to another's tenant.
  const row = await withDirectory(database, { userId, verifiedEmail: null }, (tx) =>
    tx.db.selectFrom('device_owners').select('active_tenant_id').where('device_id', '=', deviceId).executeTakeFirst(),
  );
  return row?.active_tenant_id ?? null;
}

async function enforce(services: Services, request: FastifyRequest, { who }: RouteAccess): Promise<Access> {
  const { database, domain } = services;
  const { tenantId, deviceId } = request;
  const { userId } = request.identity;
  const result = await withTenant(database, tenantId, (tx) => readAccess(tx, { domain, userId, deviceId }), {
    readOnly: true,
  });
  if (result.kind === 'refused') throw refuseAccess(result.code, tenantId);
  if (who === 'manager' && result.access.role !== 'manager') throw new ApiError('FORBIDDEN');
  if (result.kind === 'unknownDevice' && deviceId) {
    await registerDevice(services, { tenantId, userId, deviceId });
  }
  return result.access;
}
