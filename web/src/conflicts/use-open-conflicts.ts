import type { ConflictsResponse } from '@backhaul/shared';
import { useServerList } from '../api/use-server-list.ts';
import { useWork } from '../shell/work-context.ts';

/** The tenant's open conflicts, newest first; nothing for who is not a manager. */
export function useOpenConflicts() {
  const { api, tenant } = useWork();
  return useServerList('conflicts', tenant.role === 'manager', async () => {
    const query = 'status=open&order=desc&limit=50';
    return (await api.call<ConflictsResponse>('GET', `/v1/conflicts?${query}`)).conflicts;
  });
}
