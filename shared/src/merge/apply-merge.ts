import type { Cursor } from '../cursor.ts';
import type { RecordId } from '../ids.ts';
import type { MergeChange, MergeResult } from './merge-change.ts';
import {
  CREATION,
  DELETION,
  type FieldWrite,
  lastWrite,
  rankOf,
  ranksAbove,
  type RecordValues,
  type StoredRecord,
} from './stored-record.ts';

/** The record that a change creates: every field present, its one write entry the creation. */
export function createRecord(id: RecordId, values: RecordValues, change: MergeChange, version: Cursor): StoredRecord {
  return {
    id,
    values,
    createdAt: version,
    updatedAt: version,
    deletedAt: null,
    fieldVersions: { [CREATION]: writeOf(change, version) },
  };
}

/** The record after a merge, stamped with its new version. */
export function applyMerge(
  stored: StoredRecord,
  result: MergeResult,
  change: MergeChange,
  version: Cursor,
): StoredRecord {
  const write = writeOf(change, version);
  const values = { ...stored.values };
  const fieldVersions = { ...stored.fieldVersions };
  for (const { field, to } of result.edits) {
    values[field] = to;
    fieldVersions[field] = inheritRank(write, lastWrite(stored, field));
  }
  if (result.deletion !== null) fieldVersions[DELETION] = write;
  return {
    ...stored,
    values,
    fieldVersions,
    updatedAt: version,
    deletedAt: result.deletion === 'delete' ? version : result.deletion === 'revive' ? null : stored.deletedAt,
  };
}

function writeOf(change: MergeChange, version: Cursor): FieldWrite {
  return { version, device: change.device, at: change.at };
}

/** The edit replaces one that ranks above it: its author had seen that one, so it is not the earlier of the two. */
function inheritRank(write: FieldWrite, replaced: FieldWrite): FieldWrite {
  const rank = rankOf(replaced);
  return ranksAbove(rank, rankOf(write)) ? { ...write, rank } : write;
}
