import type { Json } from '@backhaul/shared';
import { useCallback } from 'react';
import type { RejectedChange } from '../store/rows.ts';
import { useBackhaul } from './backhaul-context.ts';
import { useLiveQuery } from './use-live-query.ts';

export type FieldEdits = { readonly [field: string]: Json };

export interface WaitingRejections {
  /** The oldest first; `undefined` until they have been read. */
  readonly rejected: readonly RejectedChange[] | undefined;
  /** Makes the change again on the record as it is now, with `edits` over its values. */
  readonly retry: (changeId: string, edits?: FieldEdits) => Promise<void>;
  /** Gives the change up for good. */
  readonly discard: (changeId: string) => Promise<void>;
}

/** What the service has refused, until somebody settles it. */
export function useRejected(): WaitingRejections {
  const { rejected: table } = useBackhaul();
  const rejected = useLiveQuery(() => table.orderBy('at').toArray(), [table]);
  return {
    rejected,
    retry: useCallback((changeId, edits) => table.retry(changeId, edits), [table]),
    discard: useCallback((changeId) => table.discard(changeId), [table]),
  };
}
