import type { QuarantineResponse } from '@backhaul/shared';
import { useServerData } from '../api/use-server-data.ts';
import { useWork } from '../shell/work-context.ts';

const SHOWN = 100;

/** What devices handed over and nobody has decided about, in the order in which it came; nothing for who is not a manager. */
export function useQuarantine() {
  const { api, tenant } = useWork();
  const { data, ...query } = useServerData({
    name: 'quarantine',
    enabled: tenant.role === 'manager',
    fetch: () => api.call<QuarantineResponse>('GET', `/v1/quarantine?status=waiting&limit=${SHOWN}`),
  });
  return { ...query, entries: data?.quarantine ?? [], counts: data?.counts };
}
