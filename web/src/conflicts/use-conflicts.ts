import type { ConflictCounts, ConflictsResponse } from '@backhaul/shared';
import { useInfiniteQuery } from '@tanstack/react-query';
import { FRESH, useServerData, useServerKey } from '../api/use-server-data.ts';
import { useWork } from '../shell/work-context.ts';
import { type ConflictChoice, queryOf } from './conflict-query.ts';

export const CONFLICTS = 'conflicts';
/** Of a page; more come on request. */
const PAGE = 20;

/** The tenant's conflicts, newest first, in pages; nothing for who is not a manager. */
export function useConflictPages(choice: ConflictChoice, limit: number = PAGE) {
  const { api, tenant } = useWork();
  const { online, key, refresh } = useServerKey(CONFLICTS);
  const filters = queryOf(choice);
  const query = useInfiniteQuery({
    queryKey: [...key, 'pages', filters, limit],
    queryFn: ({ pageParam }) => {
      const since = pageParam === null ? '' : `&since=${pageParam}`;
      return api.call<ConflictsResponse>('GET', `/v1/conflicts?${filters}&order=desc&limit=${limit}${since}`);
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ hasMore, nextCursor }) => (hasMore ? nextCursor : undefined),
    enabled: tenant.role === 'manager' && online,
    staleTime: FRESH,
  });
  return { ...query, conflicts: query.data?.pages.flatMap(({ conflicts }) => conflicts), online, refresh };
}

/** How many conflicts there are, and whose; nothing for who is not a manager. */
export function useConflictCounts(choice: ConflictChoice): ConflictCounts | undefined {
  const { api, tenant } = useWork();
  const filters = queryOf(choice);
  const { data } = useServerData({
    name: CONFLICTS,
    params: `counts ${filters}`,
    enabled: tenant.role === 'manager',
    fetch: () => api.call<ConflictCounts>('GET', `/v1/conflicts/counts?${filters}`),
  });
  return data;
}

/** `12`, or `1,000+` where the counting ended. */
export function countText(count: number, limit: number): string {
  return count >= limit ? `${limit.toLocaleString('en')}+` : String(count);
}
