import type { Device, DevicesResponse } from '@backhaul/shared';
import { useMemo } from 'react';
import { useServerData } from '../api/use-server-data.ts';
import { useWork } from '../shell/work-context.ts';

/** Device id -> what the office knows of it. */
export type Devices = ReadonlyMap<string, Device>;

/** The tenant's devices; none until they are fetched. */
export function useDevices(): Devices {
  const { api, tenant } = useWork();
  const { data } = useServerData({
    name: 'devices',
    enabled: tenant.role === 'manager',
    fetch: async () => (await api.call<DevicesResponse>('GET', '/v1/devices')).devices,
  });
  return useMemo(() => new Map(data?.map((device) => [device.id, device])), [data]);
}

/** `web`, `android`; a device that never said what it is has the first letters of its id. */
export function deviceText(devices: Devices, id: string | null): string | null {
  if (id === null) return null;
  return devices.get(id)?.platform ?? `device ${id.slice(0, 8)}`;
}
