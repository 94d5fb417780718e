import type { SignOutReport, UnsentWork } from '../escrow/sign-out.ts';
import type { Observed, ObservedSource } from '../status/observable.ts';
import { type SyncError, type SyncStatus } from '../status/sync-status.ts';
import type { Failure } from '../transport/failure.ts';

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
   * Resolves when nothing is waiting to be sent but what is held for something else to arrive. Rejects `CLOSED` when the
   * database is closed before.
   */
  whenSynced(): Promise<void>;
  /** Takes up syncing by itself again, after `stop`. */
  start(): void;
  /** Nothing is sent or fetched until `start`; writes are still queued. */
  stop(): void;
  /**
   * Leaves this device while there still is a token: the local database is deleted, unless work is to be kept. Rejects with
   * `UNSENT_WORK` when there is some and `unsent` does not say what becomes of it; `refuse` by default.
   */
  signOut(options?: { readonly unsent?: UnsentWork }): Promise<SignOutReport>;
  /** Stops, waits for what is under way, and closes the database. */
  close(): Promise<void>;
}

export const errorOf = (failure: Failure | null): SyncError | null =>
  failure === null ? null : { code: failure.code, message: failure.message };

/** Resolves at once, or with the first status that satisfies; `ended` rejects it. */
export function whenStatus(
  status: ObservedSource<SyncStatus>,
  satisfies: (status: SyncStatus) => boolean,
  ended: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (ended.aborted) return reject(ended.reason);
    const check = (current: SyncStatus): void => {
      if (!satisfies(current)) return;
      unsubscribe();
      resolve();
    };
    const unsubscribe = status.subscribe(check);
    ended.addEventListener(
      'abort',
      () => {
        unsubscribe();
        reject(ended.reason);
      },
      { once: true },
    );
    check(status.get());
  });
}
