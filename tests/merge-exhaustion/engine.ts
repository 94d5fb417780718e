import type {
  Cursor,
  DeviceId,
  FieldConflict,
  MergeResult,
  PastWrite,
  RecordId,
  RecordValues,
  StoredRecord,
} from '@backhaul/shared';
import type { Arrival, Policies } from './model.ts';
import { NOTHING_SEEN } from './operation.ts';

/** A record as the code under test keeps it. */
export interface EngineRecord {
  readonly row: StoredRecord | null;
  /** Its accepted writes, oldest first, as the audit log keeps them. */
  readonly log: readonly PastWrite[];
}

export interface Decision {
  readonly outcome: MergeResult['outcome'];
  /** The same object as before: nothing is written. */
  readonly row: StoredRecord;
  readonly conflicts: readonly FieldConflict[];
  readonly log: EngineRecord['log'];
}

export interface EngineContext {
  readonly policies: Policies;
  /** What earlier changes of the same request carried in this record. */
  readonly carried: RecordValues;
}

/** The code under test: decides about one change of a record. */
export type Engine = (before: EngineRecord, arrival: Arrival, context: EngineContext) => Decision;

/** The record that is there from the beginning; the other one is not. */
export const BEGINNING = 0;

const ids = (from: number, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `0190a3b2-0000-7000-8000-${String(from + index).padStart(12, '0')}`);
const RECORDS = ids(1, 2) as RecordId[];
const DEVICES = ids(101, 3) as DeviceId[];
const VERSIONS = Array.from({ length: 10 }, (_, index) => `2026-01-01T00:00:00.0000${index}0Z` as Cursor);
const TIMES = Array.from({ length: 10 }, (_, index) => `2026-01-01T00:00:0${index}.000Z`);

export const recordId = (number: number): RecordId => RECORDS[number] as RecordId;
export const deviceId = (number: number | null): DeviceId | null =>
  number === null ? null : (DEVICES[number] as DeviceId);
/** The version that an arrival commits. */
export const versionOf = (arrival: number): Cursor => VERSIONS[arrival] as Cursor;
export const timeOf = (at: number): string => TIMES[at] as string;
export const baseOf = (seen: number): Cursor | null => (seen === NOTHING_SEEN ? null : versionOf(seen));

/** The log after a change, as the service keeps it. */
export function logAfter(
  { row: before, log }: EngineRecord,
  after: StoredRecord,
  { device, changes }: Pick<PastWrite, 'device' | 'changes'>,
): EngineRecord['log'] {
  return after === before ? log : [...log, { version: after.updatedAt, device, changeId: device, changes }];
}
