import { withDirectory, withTenant } from '@backhaul/db';
import { readAccess } from '../access/read-access.ts';
import { refuseAccess } from '../access/refuse-access.ts';
import type { Services } from '../services.ts';
import { type DeviceContact, registerDevice } from './register-device.ts';

/** Registers the device in the tenant and makes this the tenant of its calls that name none. */
export async function activateDevice(services: Services, contact: DeviceContact): Promise<void> {
  const { tenantId, userId, deviceId } = contact;
  const { database, domain } = services;
  const result = await withTenant(database, tenantId, (tx) => readAccess(tx, { domain, userId, deviceId }), {
    readOnly: true,
  });
  if (result.kind === 'refused') throw refuseAccess(result.code, tenantId);
  await registerDevice(services, contact);
  await withDirectory(database, { userId, verifiedEmail: null }, (tx) =>
    tx.db
      .updateTable('device_owners')
      .set({ active_tenant_id: tenantId })
      .where('device_id', '=', deviceId)
      .where('user_id', '=', userId)
      .execute(),
  );
}
