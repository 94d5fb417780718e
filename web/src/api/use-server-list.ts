import { useSyncStatus } from '@backhaul/sdk/react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useOnline } from '../network/network.ts';
import { useWork } from '../shell/work-context.ts';

/**
 * A list that only the service has: fetched when it is shown and again whenever this device has pulled. Without a network the
 * last answer stays.
 */
export function useServerList<Item>(name: string, enabled: boolean, fetchList: () => Promise<Item[]>) {
  const { tenant, user } = useWork();
  const { lastPullAt } = useSyncStatus();
  const online = useOnline();
  const queries = useQueryClient();
  const queryKey = [name, tenant.id, user.id];
  const list = useQuery({ queryKey, queryFn: fetchList, enabled: enabled && online, staleTime: 5_000 });
  useEffect(() => {
    if (lastPullAt) void queries.invalidateQueries({ queryKey: [name] });
  }, [queries, name, lastPullAt]);
  return { ...list, online, refresh: () => queries.invalidateQueries({ queryKey: [name] }) };
}
