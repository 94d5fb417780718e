import {
  CREATION,
  DELETION,
  type FieldConflict,
  type FieldWrite,
  jsonEqual,
  rankOf,
  type StoredRecord,
} from '@backhaul/shared';
import type { Bound } from './bound.ts';
import { type Decision, deviceId, type Engine, timeOf, versionOf } from './engine.ts';
import { type Arrival, type Expectation, expectedOf, type Loss, type Mark, type ModelRecord } from './model.ts';
import { FIELD_NAMES, type Operation, type Value } from './operation.ts';
import { restoreProblems } from './restore.ts';
import { arrive, carriedBefore, type Track, type World, worldAfter } from './world.ts';

export interface Step {
  readonly world: World;
  readonly conflicts: number;
  /** What the code under test did otherwise than the model says; empty: nothing. */
  readonly problems: readonly string[];
}

/** One more arrival: the code under test decides, the model says what must come of it. `null`: nobody could have sent it. */
export function takeStep(world: World, operation: Operation, bound: Bound, engine: Engine): Step | null {
  const arrival = arrive(world, operation, bound);
  if (arrival === null) return null;
  const { policies } = bound;
  const { states, engine: before } = world.records[operation.record] as Track;
  const carried = carriedBefore(world, operation, bound);
  const expected = expectedOf(states, arrival, { policies, carried });
  const decision = engine(before, arrival, { policies, carried });
  const problems = [
    ...outcomeProblems(expected, decision),
    ...rowProblems(expected.record, decision.row),
    ...versionProblems(before.row, decision.row, states.at(-1)?.record !== expected.record, arrival),
    ...conflictProblems(expected.losses, decision.conflicts),
    ...restoreProblems(decision.row, decision.conflicts, arrival.payload === null),
  ];
  const isNew = states.at(-1)?.record !== expected.record;
  const track: Track = {
    states: isNew ? [...states, { arrival: arrival.mark.arrival, record: expected.record }] : states,
    engine: { row: decision.row, log: decision.log },
  };
  return { world: worldAfter(world, arrival, track, bound), conflicts: decision.conflicts.length, problems };
}

function outcomeProblems(expected: Expectation, decision: Decision): string[] {
  return expected.outcome === decision.outcome ? [] : [`outcome ${decision.outcome}, expected ${expected.outcome}`];
}

/** The row holds what the model says, and each of its write entries names the write that the model says. */
function rowProblems(expected: ModelRecord, row: StoredRecord): string[] {
  const problems: string[] = [];
  const { isAlive, created, turned } = expected;
  for (const field of FIELD_NAMES) {
    const { value, mark, latest } = expected[field];
    const held = row.values[field] as Value;
    if (held !== value) problems.push(`${field} is ${held}, expected ${value}`);
    const write = row.fieldVersions[field] ?? row.fieldVersions[CREATION];
    if (!isWrite(write, mark))
      problems.push(`${field} names ${JSON.stringify(write)}, expected ${JSON.stringify(mark)}`);
    const rank = write && rankOf(write);
    if (rank?.at !== timeOf(latest.at) || rank.device !== deviceId(latest.device)) {
      problems.push(`${field} ranks as ${JSON.stringify(rank)}, expected ${JSON.stringify(latest)}`);
    }
  }
  if ((row.deletedAt === null) !== isAlive) problems.push(`deletedAt is ${row.deletedAt}`);
  if (!isAlive && turned && row.deletedAt !== versionOf(turned.arrival)) problems.push(`deletedAt is ${row.deletedAt}`);
  if (!isWrite(row.fieldVersions[CREATION], created)) problems.push('the creation names another write');
  const turnedWrite = row.fieldVersions[DELETION];
  if (turned === null ? turnedWrite !== undefined : !isWrite(turnedWrite, turned)) {
    problems.push(`deletedAt names ${JSON.stringify(turnedWrite)}, expected ${JSON.stringify(turned)}`);
  }
  return problems;
}

function versionProblems(
  before: StoredRecord | null,
  after: StoredRecord,
  isNew: boolean,
  { mark }: Arrival,
): string[] {
  if (!isNew) return before === after ? [] : ['a new version without a change'];
  if (after.updatedAt !== versionOf(mark.arrival)) return [`version ${after.updatedAt}`];
  if (before && (after.updatedAt <= before.updatedAt || after.createdAt !== before.createdAt)) return ['went back'];
  return [];
}

/** Everything lost unseen is logged, exactly once, and nothing else. */
function conflictProblems(losses: readonly Loss[], conflicts: readonly FieldConflict[]): string[] {
  if (losses.length === 0 && conflicts.length === 0) return [];
  const expected = losses.map(lossText).toSorted();
  const logged = conflicts.map(conflictText).toSorted();
  return jsonEqual(expected, logged) ? [] : [`logged ${logged.join(', ')}; expected ${expected.join(', ')}`];
}

function lossText({ field, sent, stored, winner, policy, unseen }: Loss): string {
  const values = field === DELETION ? '' : `${sent ?? null} over ${stored ?? null}`;
  return `${field} ${values} ${policy} ${winner} ${versionOf(unseen.arrival)} ${deviceId(unseen.device)} ${timeOf(unseen.at)}`;
}

function conflictText({ field, clientValue, serverValue, winner, policy, serverWrite }: FieldConflict): string {
  const values = field === DELETION ? '' : `${clientValue as string | null} over ${serverValue as string | null}`;
  return `${field} ${values} ${policy} ${winner} ${serverWrite.version} ${serverWrite.device} ${serverWrite.at}`;
}

function isWrite(write: FieldWrite | undefined, mark: Mark): boolean {
  return (
    write !== undefined &&
    write.version === versionOf(mark.arrival) &&
    write.device === deviceId(mark.device) &&
    write.at === timeOf(mark.at)
  );
}
