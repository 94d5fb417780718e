import { useCallback, useEffect, useState } from 'react';
import type { SyncInspection } from '../inspect/inspection.ts';
import { useBackhaul } from './backhaul-context.ts';
import { useSyncStatus } from './use-sync-status.ts';

export interface Inspecting {
  /** `undefined` until it has been taken. */
  readonly inspection: SyncInspection | undefined;
  readonly refresh: () => void;
}

/** `db.sync.inspect()`, taken again whenever the status changes. */
export function useInspection(): Inspecting {
  const { sync } = useBackhaul();
  const status = useSyncStatus();
  const [inspection, setInspection] = useState<SyncInspection>();
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    let isOver = false;
    const look = async (): Promise<void> => {
      // Closed meanwhile, or not to be read: what was seen last has to do.
      const taken = await sync.inspect().catch(() => null);
      if (!isOver && taken !== null) setInspection(taken);
    };
    void look();
    return () => {
      isOver = true;
    };
  }, [sync, status, asked]);
  return { inspection, refresh: useCallback(() => setAsked((times) => times + 1), []) };
}
