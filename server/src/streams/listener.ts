import type { Cursor, DeviceId, Role, ScopeKeys, TenantId, UserId } from '@backhaul/shared';

/** A device that listens, with what it was allowed to see when it began. */
export interface Listener {
  readonly tenantId: TenantId;
  readonly userId: UserId;
  readonly deviceId: DeviceId;
  readonly role: Role;
  readonly keys: ScopeKeys;
  readonly scopeVersion: Cursor;
  /** Up to where it has been told; `null`: it holds nothing complete, and is told to pull. */
  readonly cursor: Cursor | null;
}

/** The same for all that may see the same rows: news is read once for each. */
export function scopeName({ role, keys }: Pick<Listener, 'role' | 'keys'>): string {
  return JSON.stringify([role, Object.entries(keys).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
}
