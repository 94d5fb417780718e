import { useCallback } from 'react';
import type { LocalConflict } from '../store/rows.ts';
import { useBackhaul } from './backhaul-context.ts';
import { useLiveQuery } from './use-live-query.ts';

export interface OpenConflicts {
  /** Those that nobody has dismissed, the newest first; `undefined` until they have been read. */
  readonly conflicts: readonly LocalConflict[] | undefined;
  readonly dismiss: (id: string) => Promise<void>;
}

/** Where this device's changes met somebody else's. */
export function useConflicts(): OpenConflicts {
  const { conflicts: table } = useBackhaul();
  const conflicts = useLiveQuery(async () => {
    const open = await table
      .orderBy('at')
      .filter(({ seen }) => !seen)
      .toArray();
    return open.toReversed();
  }, [table]);
  return { conflicts, dismiss: useCallback((id) => table.dismiss(id), [table]) };
}
