import type { EscrowReason } from '@backhaul/shared';
import type { BackhaulErrorCode } from '../errors.ts';
import type { SyncStatus } from '../status/sync-status.ts';
import type { CycleRecord } from './cycle-log.ts';

/**
 * What `db.sync.inspect()` answers: how this device's sync stands, as plain JSON for a support ticket. Device, tenant, records
 * and changes are named by their ids and fields by their declared names; there are no values that anybody typed, no names, no
 * user, no messages. Times are ISO-8601 UTC of the device's clock.
 */
export interface SyncInspection {
  readonly takenAt: string;
  readonly tenantId: string;
  readonly deviceId: string;
  readonly versions: {
    readonly protocol: number;
    readonly schema: number;
    /** By its last answer; `null`: there was none. */
    readonly serverSchema: number | null;
    readonly app: string | null;
    readonly platform: string | null;
  };
  readonly status: Omit<SyncStatus, 'error' | 'barred'> & {
    readonly error: BackhaulErrorCode | null;
    readonly barred: EscrowReason | null;
  };
  /** Where the next pull starts; `null`: at the beginning. */
  readonly cursor: string | null;
  readonly resync: { readonly cursor: string | null; readonly scopeChanged: boolean } | null;
  /** Milliseconds to add to the device's clock to get the server's; `null`: not measured yet. */
  readonly clockOffset: number | null;
  readonly storage: StorageInspection;
  /** Entity -> how many records are visible. */
  readonly records: { readonly [entity: string]: number };
  /** The oldest 200; `status.pending` counts all. */
  readonly outbox: readonly InspectedChange[];
  /** The latest 50, the oldest first. */
  readonly rejected: readonly InspectedRejection[];
  /** The last 20 of this tab, the oldest first; of several tabs the leading one has them. */
  readonly cycles: readonly CycleRecord[];
}

export interface StorageInspection {
  /** Bytes; `null`: the platform does not say. */
  readonly used: number | null;
  readonly quota: number | null;
}

export interface InspectedChange {
  readonly changeId: string;
  readonly op: 'upsert' | 'delete';
  readonly entity: string;
  readonly entityId: string;
  /** Their names. */
  readonly fields: readonly string[];
  /** `held`: the server has turned it away for now; `setAside`: a push that carried nothing else failed. */
  readonly state: 'unsent' | 'sent' | 'held' | 'setAside';
  readonly editedAt: string;
  /** Milliseconds since the edit. */
  readonly age: number;
  readonly base: string | null;
  readonly heldBecause: BackhaulErrorCode | null;
  readonly attempts: number;
}

export interface InspectedRejection {
  readonly changeId: string;
  readonly op: 'upsert' | 'delete';
  readonly entity: string;
  readonly entityId: string;
  readonly code: BackhaulErrorCode;
  readonly fields: readonly string[];
  readonly at: string;
}
