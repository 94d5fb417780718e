import type { Cursor } from '../cursor.ts';
import type { ConflictPolicy } from '../domain/conflict-policy.ts';
import type { DeviceId } from '../ids.ts';
import { type Json, jsonEqual } from '../json.ts';
import { unreachable } from '../unreachable.ts';
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

/** A change as the merge needs it: checked, canonical, its edit time corrected and capped. */
export interface MergeChange {
  /** `revive`: an upsert that also brings a deleted record back, whether or not it changes a field. */
  readonly op: 'upsert' | 'delete' | 'revive';
  /** The version the edit was made on; `null`: the device knew no copy. */
  readonly base: Cursor | null;
  readonly device: DeviceId | null;
  /** ISO-8601 UTC. */
  readonly at: string;
  /** Empty for a delete. */
  readonly payload: RecordValues;
}

export interface MergeContext {
  readonly policyOf: (field: string) => ConflictPolicy;
  /** Whether the sender may write the field: what is equal to the stored value is refused to nobody. */
  readonly isWritable: (field: string) => boolean;
  /**
   * The value that the device saw when it edited a field that another device has written since: the value just before the
   * first foreign write after both the base and the device's own last write. `undefined` when it saw none.
   */
  readonly valueSeen: (field: string) => Json | undefined;
}

export interface FieldEdit {
  readonly field: string;
  readonly from: Json;
  readonly to: Json;
}

/** Two values met in one field; `server` names the write that the stored value came from. */
export interface FieldConflict {
  readonly field: string;
  readonly clientValue: Json;
  readonly serverValue: Json;
  readonly serverWrite: FieldWrite;
  readonly policy: ConflictPolicy;
  readonly winner: 'client' | 'server';
}

/** What a change does to a record that exists. Nothing here is stamped yet. */
export interface MergeResult {
  readonly outcome: 'applied' | 'merged' | 'conflict' | 'unchanged';
  /** Fields that get a new value, or the same from a later edit. */
  readonly edits: readonly FieldEdit[];
  /** `null`: the deletion state stays. */
  readonly deletion: 'delete' | 'revive' | null;
  readonly conflicts: readonly FieldConflict[];
}

const NOTHING: MergeResult = { outcome: 'unchanged', edits: [], deletion: null, conflicts: [] };

/**
 * Merges one change into the stored record, field by field. Pure: no clock, no randomness, no I/O; whoever calls it stamps
 * the result with a version of its own.
 *
 * A field conflicts when its last writer is another device, newer than the base, with another value. A value that is the
 * one the device saw is no edit at all. Deleting wins over edits and revivals the device had not seen, and an edit wins over
 * a deletion it had not seen; all are conflicts, so that what was lost can be put back.
 */
export function mergeChange(stored: StoredRecord, change: MergeChange, context: MergeContext): MergeResult {
  return change.op === 'delete' ? mergeDelete(stored, change) : mergeUpsert(stored, change, context);
}

function mergeUpsert(stored: StoredRecord, change: MergeChange, context: MergeContext): MergeResult {
  const edits: FieldEdit[] = [];
  const conflicts: FieldConflict[] = [];
  for (const [field, to] of Object.entries(change.payload)) {
    const from = stored.values[field] ?? null;
    const write = lastWrite(stored, field);
    if (jsonEqual(from, to)) {
      if (stored.deletedAt === null && confirms(field, write, change, context)) edits.push({ field, from, to });
      continue;
    }
    if (!isUnseen(write, change)) {
      edits.push({ field, from, to });
      continue;
    }
    if (jsonEqual(context.valueSeen(field), to)) continue;
    const policy = context.policyOf(field);
    const winner = winnerOf(policy, write, change);
    conflicts.push({ field, clientValue: to, serverValue: from, serverWrite: write, policy, winner });
    if (winner === 'client') edits.push({ field, from, to });
  }
  const revives = stored.deletedAt !== null && (edits.length > 0 || change.op === 'revive');
  if (edits.length === 0 && conflicts.length === 0 && !revives) return NOTHING;

  if (revives) {
    const write = lastWrite(stored, DELETION);
    if (isUnseen(write, change)) {
      conflicts.push({
        field: DELETION,
        clientValue: null,
        serverValue: stored.deletedAt,
        serverWrite: write,
        policy: 'clientWins',
        winner: 'client',
      });
    }
  }
  return {
    outcome: conflicts.length > 0 ? 'conflict' : hasUnseenWrites(stored, change) ? 'merged' : 'applied',
    edits,
    deletion: revives ? 'revive' : null,
    conflicts,
  };
}

function mergeDelete(stored: StoredRecord, change: MergeChange): MergeResult {
  if (stored.deletedAt !== null) return NOTHING;
  const loss = (field: string, serverWrite: FieldWrite): FieldConflict => ({
    field,
    clientValue: null,
    serverValue: stored.values[field] ?? null,
    serverWrite,
    policy: 'clientWins',
    winner: 'client',
  });
  const conflicts = unseenFields(stored, change).map((field) => loss(field, lastWrite(stored, field)));
  // Somebody brought the record back; where that wrote a field, too, the field already says so.
  const revival = stored.fieldVersions[DELETION];
  const isSaid = conflicts.some(({ serverWrite }) => serverWrite.version === revival?.version);
  if (revival && isUnseen(revival, change) && !isSaid) conflicts.push(loss(DELETION, revival));
  return { outcome: conflicts.length > 0 ? 'conflict' : 'applied', edits: [], deletion: 'delete', conflicts };
}

/** Written by somebody else after the version that the change was made on. */
export function isUnseen(write: FieldWrite, change: Pick<MergeChange, 'base' | 'device'>): boolean {
  const foreign = write.device === null || write.device !== change.device;
  return foreign && (change.base === null || write.version > change.base);
}

function hasUnseenWrites(stored: StoredRecord, change: MergeChange): boolean {
  return Object.values(stored.fieldVersions).some((write) => isUnseen(write, change));
}

/** Fields that others wrote since the base. A deletion takes all of them, so each of them is a loss to log. */
function unseenFields(stored: StoredRecord, change: MergeChange): string[] {
  const wroteAll = isUnseen(stored.fieldVersions[CREATION] as FieldWrite, change);
  return Object.keys(stored.values).filter((field) => {
    const own = stored.fieldVersions[field];
    return own ? isUnseen(own, change) : wroteAll && stored.values[field] !== null;
  });
}

function winnerOf(policy: ConflictPolicy, write: FieldWrite, change: MergeChange): 'client' | 'server' {
  switch (policy) {
    case 'clientWins':
      return 'client';
    case 'latestEdit':
      return ranksAbove(change, rankOf(write)) ? 'client' : 'server';
    case 'serverWins':
    case 'ask':
      return 'server';
    default:
      return unreachable(policy);
  }
}

/**
 * Where the later edit wins, one that says the same as an earlier one takes its place: a third edit from between the two must
 * lose, whichever of them came first.
 */
function confirms(field: string, write: FieldWrite, change: MergeChange, context: MergeContext): boolean {
  return (
    context.policyOf(field) === 'latestEdit' &&
    isUnseen(write, change) &&
    ranksAbove(change, rankOf(write)) &&
    context.isWritable(field) &&
    !jsonEqual(context.valueSeen(field), change.payload[field])
  );
}
