import { useCallback, useSyncExternalStore } from 'react';
import type { SyncStatus } from '../status/sync-status.ts';
import { useBackhaul } from './backhaul-context.ts';

/** Where this device's sync stands, as it changes. */
export function useSyncStatus(): SyncStatus {
  const { status } = useBackhaul().sync;
  const subscribe = useCallback((listener: () => void) => status.subscribe(listener), [status]);
  const read = useCallback(() => status.get(), [status]);
  return useSyncExternalStore(subscribe, read, read);
}
