import { useQuery } from '@tanstack/react-query';
import { fetchMailbox } from './mailbox-drawer.tsx';

/**
 * Whether this service keeps what it would have sent: a development service does. Elsewhere there is no such route; builds for
 * it sign people in with Clerk, and do not ask.
 */
export function useHasMailbox(): boolean {
  const { isSuccess } = useQuery({
    queryKey: ['mailbox'],
    queryFn: fetchMailbox,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return isSuccess;
}
