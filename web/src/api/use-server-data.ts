import { useSyncStatus } from '@backhaul/sdk/react';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useOnline } from '../network/network.ts';
import { useWork } from '../shell/work-context.ts';

/** Milliseconds for which an answer is not asked for again, unless this device has pulled meanwhile. */
export const FRESH = 5_000;

/** What everything that only the service has is fetched by: its key, and a way to fetch all of the name anew. */
export function useServerKey(name: string) {
  const { tenant, user } = useWork();
  const { lastPullAt } = useSyncStatus();
  const online = useOnline();
  const queries = useQueryClient();
  useEffect(() => {
    if (lastPullAt) void queries.invalidateQueries({ queryKey: [name] });
  }, [queries, name, lastPullAt]);
  return { online, key: [name, tenant.id, user.id], refresh: () => queries.invalidateQueries({ queryKey: [name] }) };
}

export interface ServerData<Answer> {
  readonly name: string;
  /** Tells answers of one name apart. */
  readonly params?: string;
  readonly enabled?: boolean;
  readonly fetch: () => Promise<Answer>;
}

/**
 * Something that only the service has: fetched when it is shown, and again whenever this device has pulled. Without a network,
 * and until an answer with other parameters is there, the last answer stays.
 */
export function useServerData<Answer>({ name, params = '', enabled = true, fetch }: ServerData<Answer>) {
  const { online, key, refresh } = useServerKey(name);
  const query = useQuery({
    queryKey: [...key, params],
    queryFn: fetch,
    enabled: enabled && online,
    staleTime: FRESH,
    placeholderData: keepPreviousData,
  });
  return { ...query, online, refresh };
}
