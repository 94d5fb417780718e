import {
  applyMerge,
  DELETION,
  type FieldConflict,
  type MergeChange,
  mergeChange,
  type StoredRecord,
} from '@backhaul/shared';
import { timeOf, versionOf } from './engine.ts';

/** Later than everything that a history holds. */
const LATER = 9;

/** Whether everything that the log says was lost can be put back, entry by entry, on the record as it has become. */
export function restoreProblems(row: StoredRecord, conflicts: readonly FieldConflict[], isDelete: boolean): string[] {
  if (conflicts.length === 0) return [];
  return [...Map.groupBy(conflicts, entryOf).values()].flatMap((entry) => entryProblems(row, entry, isDelete));
}

/** The conflict log has one entry for what was met by one write and decided in one way. */
function entryOf({ policy, winner, serverWrite, field }: FieldConflict): string {
  return [policy, winner, serverWrite.version, field === DELETION].join(' ');
}

function entryProblems(row: StoredRecord, entry: readonly FieldConflict[], isDelete: boolean): string[] {
  const isUndeleted = !isDelete && entry.some(({ field }) => field === DELETION);
  const lost = entry.flatMap(({ field, winner, clientValue, serverValue }) =>
    field === DELETION ? [] : [[field, winner === 'client' ? serverValue : clientValue] as const],
  );
  const change: MergeChange = {
    op: isUndeleted ? 'delete' : isDelete ? 'revive' : 'upsert',
    base: row.updatedAt,
    device: null,
    at: timeOf(LATER),
    payload: isUndeleted ? {} : Object.fromEntries(lost),
  };
  const result = mergeChange(row, change, {
    policyOf: () => 'ask',
    isWritable: () => true,
    valueSeen: () => undefined,
  });
  const after = applyMerge(row, result, change, versionOf(LATER));
  const problems = lost
    .filter(([field, value]) => after.values[field] !== value)
    .map(([field, value]) => `restoring ${field} gives ${after.values[field] as string}, expected ${value as string}`);
  if (isUndeleted ? after.deletedAt === null : isDelete && after.deletedAt !== null) {
    problems.push('restoring does not undo what became of the record');
  }
  if (result.conflicts.length > 0) problems.push('restoring meets a conflict');
  return problems;
}
