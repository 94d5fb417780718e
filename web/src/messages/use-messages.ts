import type { NotificationsResponse } from '@backhaul/shared';
import { useQuery } from '@tanstack/react-query';
import { useServerKey } from '../api/use-server-data.ts';
import { useWork } from '../shell/work-context.ts';

/** While something is on its way, it is asked for more often than anybody can wait. */
const MOVING_MS = 1_500;
const LATEST = 500;

/** The newest messages to customers, the newest first. */
export function useCustomerMessages() {
  const { api } = useWork();
  const { online, key, refresh } = useServerKey('customer-messages');
  const query = useQuery({
    queryKey: key,
    queryFn: async () =>
      (await api.call<NotificationsResponse>('GET', `/v1/notifications?order=desc&limit=${LATEST}`)).notifications,
    enabled: online,
    refetchInterval: ({ state }) =>
      state.data?.some(({ status }) => status === 'queued' || status === 'sending') ? MOVING_MS : false,
  });
  return { ...query, messages: query.data ?? [], online, refresh };
}
