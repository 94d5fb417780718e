import type { Cursor, TenantId } from '@backhaul/shared';

export type ClockListener = (tenantId: TenantId, clock: Cursor) => void;

/** Carries the tenant clocks that this process has moved to whoever passes the news on. */
export interface ClockSignal {
  readonly moved: ClockListener;
  /** Answers a function that ends it. */
  subscribe(listener: ClockListener): () => void;
}

export function createClockSignal(): ClockSignal {
  const listeners = new Set<ClockListener>();
  return {
    moved(tenantId, clock) {
      for (const listener of listeners) listener(tenantId, clock);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
