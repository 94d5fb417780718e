import { useCallback } from 'react';
import type { PendingChange } from '../pending/pending-changes.ts';
import { useBackhaul } from './backhaul-context.ts';
import { useLiveQuery } from './use-live-query.ts';

export interface WaitingChanges {
  /** In the order of the edits; `undefined` until they have been read. */
  readonly changes: readonly PendingChange[] | undefined;
  /** Takes a change back that has not left this device; `fields`: only these of an edit's. See `db.pending.undo`. */
  readonly undo: (changeId: string, fields?: readonly string[]) => Promise<void>;
}

/** What the service has not acknowledged: of one record, or everything. `entity` is the declared name: `finance_entry`. */
export function usePendingChanges(entity?: string, id?: string): WaitingChanges {
  const { pending } = useBackhaul();
  const changes = useLiveQuery(
    () =>
      entity === undefined || id === undefined
        ? pending.toArray()
        : pending.where({ entity, entityId: id }).sortBy('seq'),
    [pending, entity, id],
  );
  return {
    changes,
    undo: useCallback((changeId, fields) => pending.undo(changeId, fields === undefined ? {} : { fields }), [pending]),
  };
}
