import { createRecord, type RecordValues } from '@backhaul/shared';
import { type Bound, isOffice, timesOf } from './bound.ts';
import { BEGINNING, type EngineRecord, recordId, timeOf, versionOf } from './engine.ts';
import { type Arrival, type ModelStates, valueBeforeEyes } from './model.ts';
import { NOTHING_SEEN, type Operation, type Payload, WRITES } from './operation.ts';

/** Where a history stands: what the model knows of each record, and what the code under test made of it. */
export interface World {
  readonly arrivals: number;
  readonly records: readonly [Track, Track];
  readonly request: Request | null;
}

export interface Track {
  readonly states: ModelStates;
  readonly engine: EngineRecord;
}

/** The changes of the last sender that would still share its request. */
interface Request {
  readonly device: number;
  readonly carried: readonly [RecordValues, RecordValues];
}

const NOTHING: EngineRecord = { row: null, log: [] };
const AT_FIRST = 0;
const DEVICES = 3;

export function firstWorld(): World {
  const mark = { arrival: BEGINNING, device: null, at: AT_FIRST };
  const record = {
    isAlive: true,
    created: mark,
    a: { value: 'o', mark, latest: mark },
    b: { value: null, mark, latest: mark },
    turned: null,
  } as const;
  const change = { op: 'upsert', base: null, device: null, at: timeOf(AT_FIRST), payload: {} } as const;
  const row = createRecord(recordId(0), { a: 'o', b: null }, change, versionOf(BEGINNING));
  return {
    arrivals: 0,
    records: [
      { states: [{ arrival: BEGINNING, record }], engine: { row, log: [] } },
      { states: [], engine: NOTHING },
    ],
    request: null,
  };
}

/** Everything that could arrive next. */
export function* operationsAfter(world: World, bound: Bound): Generator<Operation> {
  for (let device = 0; device < DEVICES; device += 1) {
    for (const record of world.records.keys()) {
      for (const write of WRITES) {
        for (const seen of basesOf(world, bound, { device, record, write })) {
          for (const at of timesOf(bound, world.arrivals)) yield { device, record, write, seen, at };
        }
      }
    }
  }
}

/** One of them by chance; `null`: of the device, record and write that were drawn, there is none. */
export function drawOperation(world: World, bound: Bound, random: () => number): Operation | null {
  const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)];
  const device = Math.floor(random() * DEVICES);
  const record = Math.floor(random() * world.records.length);
  const write = pick(WRITES);
  const seen = write && pick(basesOf(world, bound, { device, record, write }));
  const at = pick(timesOf(bound, world.arrivals));
  return write === undefined || seen === undefined || at === undefined ? null : { device, record, write, seen, at };
}

/** Every version that the sender could have pulled; none where it made the record itself and has not heard back. */
function basesOf(
  world: World,
  bound: Bound,
  { device, record, write }: Pick<Operation, 'device' | 'record' | 'write'>,
): readonly number[] {
  if (write.kind === 'create') return [NOTHING_SEEN];
  const { states } = world.records[record] as Track;
  const pulled = states.map(({ arrival }) => arrival);
  const isMaker = !isOffice(bound, device) && states.some((state) => state.record.created.device === device);
  return isMaker ? [NOTHING_SEEN, ...pulled] : pulled;
}

/** The operation as it arrives; `null`: it could not have been made. */
export function arrive(world: World, operation: Operation, bound: Bound): Arrival | null {
  const { device, record, write, seen, at } = operation;
  const outbox = isOffice(bound, device) ? null : device;
  const mark = { arrival: world.arrivals + 1, device: outbox, at };
  switch (write.kind) {
    case 'delete':
      return { operation, payload: null, mark };
    case 'edit':
    case 'create':
      return { operation, payload: write.payload, mark };
    case 'whole': {
      const { states } = world.records[record] as Track;
      const a = carriedBefore(world, operation, bound)['a'] ?? valueBeforeEyes(states, { device: outbox, seen }, 'a');
      return a === undefined ? null : { operation, payload: { a, b: write.b } as Payload, mark };
    }
  }
}

/** What earlier changes of the same request carried in the record. */
export function carriedBefore({ request }: World, { device, record }: Operation, bound: Bound): RecordValues {
  if (bound.requests === 'single' || request?.device !== device) return {};
  return request.carried[record] ?? {};
}

export function worldAfter(world: World, arrival: Arrival, track: Track, bound: Bound): World {
  const { operation, payload } = arrival;
  const { device, record } = operation;
  const carried = { ...carriedBefore(world, operation, bound), ...payload };
  const other = carriedBefore(world, { ...operation, record: 1 - record }, bound);
  return {
    arrivals: world.arrivals + 1,
    records: record === 0 ? [track, world.records[1]] : [world.records[0], track],
    request:
      bound.requests === 'single' || isOffice(bound, device)
        ? null
        : { device, carried: record === 0 ? [carried, other] : [other, carried] },
  };
}
