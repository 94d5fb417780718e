import { type Cursor, parsePullCursor } from '../../cursor.ts';
import type { ErrorCode } from '../../errors/error-code.ts';

export interface PullPlan {
  /** Rows with a later version; `null`: from the start. */
  readonly after: Cursor | null;
  /** Of a first pull that is still on its way: tombstones up to here are of no interest. */
  readonly snapshot: Cursor | null;
  /** What the device has proved to hold completely; `null` during a first pull. */
  readonly presented: Cursor | null;
}

export type PlannedPull =
  | { readonly kind: 'planned'; readonly plan: PullPlan }
  | {
      readonly kind: 'refused';
      readonly code: Extract<ErrorCode, 'INVALID_CURSOR' | 'CURSOR_EXPIRED' | 'RESYNC_REQUIRED'>;
    };

/** Where a tenant and one of its members stand. */
export interface ClockState {
  readonly clock: Cursor;
  /** The clock when the tenant began. */
  readonly origin: Cursor;
  /** The highest version that was purged; `null`: none was. */
  readonly purgedTo: Cursor | null;
  /** The clock when the member's scope keys last changed. */
  readonly scopeVersion: Cursor;
}

/**
 * Decides from where a pull reads. A first pull takes the clock as its snapshot and reads rows older than everything ever
 * purged; what counts against purges and scope changes is that snapshot, not the position it has reached.
 */
export function planPull(
  { clock, origin, purgedTo, scopeVersion }: ClockState,
  since: string | undefined,
): PlannedPull {
  if (since === undefined) return firstPull(clock);
  const cursor = parsePullCursor(since);
  if (!cursor) return { kind: 'refused', code: 'INVALID_CURSOR' };
  const { position, snapshot } = cursor;
  const standing = snapshot ?? position;
  if (standing < origin) return firstPull(clock);
  // Ahead of the clock: the server was restored from a backup, and the device holds what no longer exists.
  if (standing > clock || position > standing) return { kind: 'refused', code: 'RESYNC_REQUIRED' };
  // Before the horizon, which says less: after a change of scope a device may not keep what it is not shown again.
  if (standing < scopeVersion) return { kind: 'refused', code: 'RESYNC_REQUIRED' };
  if (purgedTo !== null && standing < purgedTo) return { kind: 'refused', code: 'CURSOR_EXPIRED' };
  return { kind: 'planned', plan: { after: position, snapshot, presented: snapshot === null ? position : null } };
}

function firstPull(clock: Cursor): PlannedPull {
  return { kind: 'planned', plan: { after: null, snapshot: clock, presented: null } };
}
