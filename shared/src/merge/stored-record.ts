import type { Cursor } from '../cursor.ts';
import type { DeviceId, RecordId } from '../ids.ts';
import { isLater } from '../instant.ts';
import type { Json } from '../json.ts';

/** The last write of a field: its version, the device whose outbox it came from (`null`: none), the edit time. */
export interface FieldWrite {
  readonly version: Cursor;
  readonly device: DeviceId | null;
  /** When the edit was made, ISO-8601 UTC, corrected for the device's clock offset. */
  readonly at: string;
  /** What the write counts as where the later edit wins; its own time and device if left out. See `EditRank`. */
  readonly rank?: EditRank;
}

/**
 * The order of edits where the later one wins. An edit never ranks below one that its author had seen, whatever its clock
 * says: otherwise the winner would depend on which of the two a third edit meets.
 */
export interface EditRank {
  readonly at: string;
  readonly device: DeviceId | null;
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
  /** Sealed values of fields that this build does not declare: of a newer one, to be sealed again with the others. */
  readonly undeclared?: RecordValues;
}

export function lastWrite(record: StoredRecord, field: string): FieldWrite {
  return (record.fieldVersions[field] ?? record.fieldVersions[CREATION]) as FieldWrite;
}

export function rankOf({ at, device, rank }: Pick<FieldWrite, 'at' | 'device' | 'rank'>): EditRank {
  return rank ?? { at, device };
}

/** Later, or of the same time and by the device of the greater id: a total order but for writers without a device. */
export function ranksAbove(one: EditRank, other: EditRank): boolean {
  if (isLater(one.at, other.at)) return true;
  if (isLater(other.at, one.at)) return false;
  return (one.device ?? '') > (other.device ?? '');
}
