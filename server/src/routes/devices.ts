import { withTenant } from '@backhaul/db';
import { type DeviceId, parseDeviceId } from '@backhaul/shared';
import { ActivateRequest, DevicesResponse, OkResponse, Uuid } from '@backhaul/shared/schemas';
import { Type } from 'typebox';
import { activateDevice } from '../devices/activate-device.ts';
import { listDevices } from '../devices/list-devices.ts';
import { revokeDevice } from '../devices/revoke-device.ts';
import { BODY_ERRORS, callerOf, type RoutePlugin, tenantErrors } from '../http/route-plugin.ts';

const Params = Type.Object({ id: Uuid });

const plugin: RoutePlugin = async (app, { services }) => {
  app.post(
    '/tenants/:id/activate',
    {
      config: { access: { who: 'member', enforcedBy: 'transaction', tenant: 'path' } },
      schema: {
        tags: ['Devices'],
        summary: "Make a tenant the device's active one",
        description: 'Registers the device. Calls of this device that name no tenant then mean this one.',
        params: Params,
        body: ActivateRequest,
        response: { 200: OkResponse, ...tenantErrors(...BODY_ERRORS) },
      },
    },
    async (request) => {
      const { deviceId, platform, appVersion } = request.body;
      await activateDevice(services, {
        tenantId: request.tenantId,
        userId: request.identity.userId,
        deviceId: parseDeviceId(deviceId) as DeviceId,
        platform,
        appVersion,
      });
      return { ok: true as const };
    },
  );

  app.get(
    '/devices',
    {
      config: { access: { who: 'manager', enforcedBy: 'hook' } },
      schema: {
        tags: ['Devices'],
        summary: 'List devices and how their sync is doing',
        response: { 200: DevicesResponse, ...tenantErrors() },
      },
    },
    async (request) => ({
      devices: await withTenant(services.database, request.tenantId, listDevices, { readOnly: true }),
    }),
  );

  app.delete(
    '/devices/:id',
    {
      config: { access: { who: 'manager', enforcedBy: 'transaction' } },
      schema: {
        tags: ['Devices'],
        summary: 'Revoke a device',
        description: 'Every later contact of the device answers DEVICE_REVOKED, and it wipes its local copy.',
        params: Params,
        response: { 200: OkResponse, ...tenantErrors(...BODY_ERRORS) },
      },
    },
    async (request) => {
      await revokeDevice(services, callerOf(request), parseDeviceId(request.params.id) as DeviceId);
      return { ok: true as const };
    },
  );
};
export default plugin;
