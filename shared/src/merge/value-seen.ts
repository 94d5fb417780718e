import type { Cursor } from '../cursor.ts';
import type { DeviceId } from '../ids.ts';
import type { Json } from '../json.ts';
import { CREATION, type StoredRecord } from './stored-record.ts';

/** A write of the record as the audit log keeps it. */
export interface PastWrite {
  readonly version: Cursor;
  readonly device: DeviceId | null;
  /** `null`: not from an outbox. */
  readonly changeId: string | null;
  readonly changes: { readonly [field: string]: { readonly from: Json; readonly to: Json } };
}

export interface SeenQuery {
  readonly stored: StoredRecord;
  /** The record's writes after the base, oldest first. */
  readonly entries: readonly PastWrite[];
  /** Whose outbox the change comes from. */
  readonly outbox: DeviceId | null;
  readonly base: Cursor | null;
  readonly field: string;
}

/**
 * The value that a device saw in a field that somebody else has written since: what the first foreign write after both the
 * base and the device's own last write replaced. `undefined` when it saw none.
 */
export function valueSeen({ stored, entries, outbox, base, field }: SeenQuery): Json | undefined {
  const madeHere = outbox !== null && stored.fieldVersions[CREATION]?.device === outbox;
  let seen: Cursor | null = madeHere && (base === null || base < stored.createdAt) ? stored.createdAt : base;
  for (const entry of entries) {
    // What the same device wrote by a generic route has no change id, and its outbox has not seen it.
    const isOwn = outbox !== null && entry.device === outbox && entry.changeId !== null;
    if (isOwn && Object.hasOwn(entry.changes, field) && (seen === null || entry.version > seen)) seen = entry.version;
  }
  if (seen === null) return undefined;
  const limit = seen;
  return entries.find((entry) => entry.version > limit && Object.hasOwn(entry.changes, field))?.changes[field]?.from;
}
