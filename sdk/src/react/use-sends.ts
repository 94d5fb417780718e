import { useCallback } from 'react';
import type { AskedSend } from '../sends/asked-send.ts';
import { useBackhaul } from './backhaul-context.ts';
import { useLiveQuery } from './use-live-query.ts';

export interface UnsentSends {
  /** The oldest first; `undefined` until they have been read. */
  readonly sends: readonly AskedSend[] | undefined;
  /** Asks again what was refused. */
  readonly retry: (id: string) => Promise<void>;
  /** Gives up what has not been sent; what is on its way, or had its answer lost, may arrive all the same. */
  readonly discard: (id: string) => Promise<void>;
}

/** Messages to customers that the service has not taken: those that wait, and those that it refused. */
export function useSends(): UnsentSends {
  const { sends: table } = useBackhaul();
  const sends = useLiveQuery(() => table.orderBy('at').toArray(), [table]);
  return {
    sends,
    retry: useCallback((id) => table.retry(id), [table]),
    discard: useCallback((id) => table.discard(id), [table]),
  };
}
