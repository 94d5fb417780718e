import type { SignOutReport, UnsentFiles, UnsentWork } from '../escrow/sign-out.ts';
import type { SyncInspection } from '../inspect/inspection.ts';
import type { Observed } from '../status/observable.ts';
import { type SyncError, type SyncStatus } from '../status/sync-status.ts';
import { storageError } from '../store/storage-error.ts';
import type { Failure } from '../transport/failure.ts';
import type { RecordOfTable, SyncOutcome } from './when-synced.ts';

/** How a cycle went. */
export interface SyncReport {
  /** `null`: everything was sent and fetched. */
  readonly error: SyncError | null;
  readonly status: SyncStatus;
}

/** `db.sync`: what sync is doing, and what an app may ask of it. */
export interface SyncControl {
  readonly status: Observed<SyncStatus>;
  /** Runs a whole cycle (push, then pull) that begins from now on. Never rejects: the report says what went wrong. */
  now(): Promise<SyncReport>;
  /**
   * Resolves when nothing that was typed, or nothing on the record, waits to be sent any more, with what has become of it.
   * Rejects when this tab will not hear of it: `CLOSED`, `SIGNED_OUT`, or why the device may not sync.
   */
  whenSynced(record?: RecordOfTable): Promise<SyncOutcome>;
  /** How the sync stands in detail, as JSON without personal data: for a support ticket, or `<BackhaulInspector>`. */
  inspect(): Promise<SyncInspection>;
  /** Takes up syncing by itself again, after `stop`. */
  start(): void;
  /** Nothing is sent or fetched until `start`; writes are still queued. */
  stop(): void;
  /**
   * Leaves this device while there still is a token: the local database is deleted, unless work is to be kept. Rejects with
   * `UNSENT_WORK` when there is some and `unsent` does not say what becomes of it, or files or messages that can not be sent and `files` does not; `refuse` by default.
   */
  signOut(options?: { readonly unsent?: UnsentWork; readonly files?: UnsentFiles }): Promise<SignOutReport>;
  /** Stops, waits for what is under way, and closes the database. */
  close(): Promise<void>;
}

export const errorOf = (failure: Failure | null): SyncError | null =>
  failure === null ? null : { code: failure.code, message: failure.message };

export function storageStatus(error: unknown): SyncError {
  const { code, message } = storageError(error);
  return { code, message };
}
