import type { SyncStatus } from '@backhaul/sdk';
import { useCallback, useSyncExternalStore } from 'react';
import { useWork } from '../shell/work-context.ts';

export function useSyncStatus(): SyncStatus {
  const { status } = useWork().db.sync;
  const subscribe = useCallback((listener: () => void) => status.subscribe(listener), [status]);
  return useSyncExternalStore(subscribe, () => status.get());
}
