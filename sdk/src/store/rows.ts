import type { BackhaulErrorCode } from '../errors.ts';
import type { EscrowReason, Json, TenantId, UserId } from '@backhaul/shared';
import type { SchemaMemory } from './schema-memory.ts';

/** Field -> value. */
export type FieldMap = { readonly [field: string]: Json };

/**
 * A visible record. Fields that the member's role hides are absent; `createdAt` and `updatedAt` are `null` until the server
 * has accepted the record.
 */
export type Row = FieldMap & {
  readonly id: string;
  readonly createdAt: string | null;
  readonly updatedAt: string | null;
};

/** A change that the server has not yet acknowledged. */
export interface OutboxChange {
  /** Order of the edits on this device; given by IndexedDB. */
  readonly seq: number;
  readonly changeId: string;
  readonly op: 'upsert' | 'delete';
  readonly entity: string;
  readonly entityId: string;
  /** The device's clock when the edit was made, ISO-8601 UTC. */
  readonly clientUpdatedAt: string;
  /** Milliseconds to add to it, as known when the edit was made; `null`: not known. */
  readonly clockOffset: number | null;
  /** The version of the server copy that the edit was made on; `null`: the server had none. */
  readonly baseUpdatedAt: string | null;
  /** Empty for a delete. */
  readonly payload: FieldMap;
  /** `sent`: it may have left the device, so it is never altered again, unless the server says that it has no effect yet. */
  readonly state: 'unsent' | 'sent';
  /**
   * Set while the change waits behind all others: `unsent`, for something else that the server misses; `sent`, because a push
   * that carried nothing else failed.
   */
  readonly held: HeldReason | null;
}

export interface HeldReason {
  readonly code: BackhaulErrorCode;
  readonly message: string;
  readonly fields: readonly string[];
  /** How often it has been refused so far. */
  readonly attempts: number;
  /** Milliseconds since 1970; `null`: the user has altered the change since, so it goes at once. */
  readonly notBefore: number | null;
}

/**
 * What the server holds of a record that has pending changes; exists exactly as long as they do. Records without pending
 * changes need none: their visible row is the server's copy.
 */
export interface ServerCopy {
  readonly entity: string;
  readonly entityId: string;
  /** `null`: the server has no such record, as far as this device knows. */
  readonly updatedAt: string | null;
  readonly values: Row | null;
  /** `gone`: deleted, `values` are the last ones known. `hidden`: left the member's scope; nothing of it is kept. */
  readonly presence: 'live' | 'gone' | 'hidden';
}

/** A change that the server refused for good. It waits here until somebody retries or discards it. */
export interface RejectedChange {
  readonly changeId: string;
  readonly op: 'upsert' | 'delete';
  readonly entity: string;
  readonly entityId: string;
  readonly payload: FieldMap;
  readonly baseUpdatedAt: string | null;
  readonly clientUpdatedAt: string;
  /** Milliseconds to add to that; `null`: nobody knew. */
  readonly clockOffset: number | null;
  readonly code: BackhaulErrorCode;
  readonly message: string;
  readonly fields: readonly string[];
  /** When the refusal arrived, ISO-8601 UTC. */
  readonly at: string;
}

/** A conflict that one of this device's changes met. */
export interface LocalConflict {
  readonly id: string;
  readonly entity: string;
  readonly entityId: string;
  readonly fields: readonly string[];
  readonly summary: string;
  readonly winner: 'client' | 'server';
  readonly serverUpdatedAt: string;
  readonly at: string;
  readonly seen: boolean;
}

/** A record of a resync that is on its way; shown once all of them are here. */
export interface StagedCopy {
  readonly entity: string;
  readonly entityId: string;
  readonly row: Row;
}

/** Work that a device may not push any more: kept until it is handed over, shown to nobody. */
export interface EscrowedWork {
  readonly id: string;
  readonly tenantId: TenantId;
  readonly userId: UserId;
  /** The device that it was typed on, which may have another id by now. */
  readonly deviceId: string;
  readonly reason: EscrowReason;
  /** ISO-8601 UTC. */
  readonly setAsideAt: string;
  /** What has not been handed over yet, in the order of the edits. */
  readonly changes: readonly OutboxChange[];
  readonly rejected: readonly RejectedChange[];
  /** Ids of changes that the service does not take, even alone. */
  readonly stuck: readonly string[];
  /** How many changes were handed over, and how many were given up when their time was over. */
  readonly handedOver: number;
  readonly lapsed: number;
  /** A moment of each day on which this was looked at, by the device's clock; milliseconds since 1970. */
  readonly days: readonly number[];
}

export interface ResyncMemory {
  /** Where the staging stands; `null`: at the beginning. */
  readonly cursor: string | null;
  /** Of what has been staged so far. */
  readonly read?: Pick<SchemaMemory, 'readUnder' | 'skipped'>;
  /** The scope changed: what the server no longer shows may not be shown here, either. */
  readonly scopeChanged?: boolean;
}

/** The one row of the engine's own memory. */
export interface SyncMemory {
  readonly key: typeof MEMORY_KEY;
  readonly deviceId: string;
  /** Where the next pull starts; `null`: at the beginning. */
  readonly cursor: string | null;
  /** Milliseconds to add to the device's clock to get the server's; `null`: not measured yet. */
  readonly clockOffset: number | null;
  /** Set while whole copies are being staged; `cursor` is where that stands. */
  readonly resync: ResyncMemory | null;
  /** Why nothing may be read or written here; `null`: everything may. */
  readonly barred: EscrowReason | null;
  /** The declared fields that rows are complete in. An app that declares more calls for a resync. */
  readonly declaration: string;
  readonly schema: SchemaMemory;
  /** Files that had not been sent and went with this device's right to them. */
  readonly lostFiles?: number;
  /** The same of requests to send a record. */
  readonly lostSends?: number;
  /** Of the whole local database; none: 1. */
  readonly format?: number;
  /** How the database before this one came to its end, if it did. */
  readonly recovery?: Recovery;
  /** Ids of what was put aside and went on in here. */
  readonly restored?: readonly string[];
  /** ISO-8601 UTC. */
  readonly lastPushAt: string | null;
  readonly lastPullAt: string | null;
}

/** A local database was lost or had to be put aside, and everything was pulled anew. */
export interface Recovery {
  /** `evicted`: deleted under the running app; `downgraded`: written by a newer version of the SDK. */
  readonly reason: 'corrupt' | 'downgraded' | 'evicted';
  /** ISO-8601 UTC. */
  readonly at: string;
  /** Unsent and rejected changes that went on in the new one. */
  readonly saved: number;
  /** Those that did not, with those of all times before. */
  readonly lost: number;
  /** Part of what is lost could not even be counted: `lost` is the least that it may be. */
  readonly isLeast?: boolean;
}

export const MEMORY_KEY = 'sync';

export type NewOutboxChange = Omit<OutboxChange, 'seq'>;
