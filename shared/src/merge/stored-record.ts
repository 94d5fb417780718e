import type { Cursor } from '../cursor.ts';
import type { DeviceId, RecordId } from '../ids.ts';
import type { Json } from '../json.ts';

/** The last write of a field: its version, the device whose outbox it came from (`null`: none), the edit time. */
export interface FieldWrite {
  readonly version: Cursor;
  readonly device: DeviceId | null;
  /** When the edit was made, ISO-8601 UTC, corrected for the device's clock offset. */
  readonly at: string;
}

/**
 * Field -> its last write. `*` is the creation and speaks for every field without an entry of its own; `deletedAt` is the
 * last deletion or revival.
 */
export type FieldVersions = { readonly [field: string]: FieldWrite };

export const CREATION = '*';
export const DELETION = 'deletedAt';

export type RecordValues = { readonly [field: string]: Json };

/** A row as the engine sees it: every declared field present, sensitive ones opened. */
export interface StoredRecord {
  readonly id: RecordId;
  readonly values: RecordValues;
  readonly createdAt: Cursor;
  readonly updatedAt: Cursor;
  readonly deletedAt: Cursor | null;
  readonly fieldVersions: FieldVersions;
}

export function lastWrite(record: StoredRecord, field: string): FieldWrite {
  return (record.fieldVersions[field] ?? record.fieldVersions[CREATION]) as FieldWrite;
}
