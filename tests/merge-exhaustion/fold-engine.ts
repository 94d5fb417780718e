import { type AdmittedChange, type Base, foldChanges, type Writer } from '@backhaul/shared/engine';
import {
  type ChangeId,
  type Cursor,
  type Domain,
  defineDomain,
  defineEntity,
  type Entity,
  entityOf,
  type FieldConflict,
  field,
  lastWrite,
  type StoredRecord,
  type UserId,
} from '@backhaul/shared';
import { baseOf, deviceId, type Engine, logAfter, recordId, timeOf, versionOf } from './engine.ts';
import type { Arrival, Policies } from './model.ts';
import { NOTHING_SEEN } from './operation.ts';

type Fold = Parameters<typeof foldChanges>;
type Clock = Fold[2]['progress']['clock'];
type HistoryEntry = Fold[1]['history'] extends ReadonlyMap<string, readonly (infer Entry)[]> ? Entry : never;

const KEY_OF = [0, 1].map((record) => `note/${recordId(record)}`);
const everything = [{ rows: 'all', fields: 'all' }] as const;
const full = { read: everything, create: everything, update: everything, delete: everything };

/** All that a push decides with, up to the rows of the conflict log: the merge, what bases mean, what was carried before. */
export function foldEngine(policies: Policies): Engine {
  const domain = domainOf(policies);
  const declaration = entityOf(domain, 'note') as Entity;
  return (before, arrival, { carried }) => {
    const { row, log } = before;
    const key = KEY_OF[arrival.operation.record] as string;
    const { outcomes, written, audit } = foldChanges(
      [toAdmitted(arrival, declaration)],
      {
        records: new Map(row === null ? [] : [[key, row]]),
        known: new Map(row === null ? [] : [[key, { purged: false }]]),
        uniqueOwners: new Map(),
        history: new Map([[key, log as readonly HistoryEntry[]]]),
        named: { elsewhere: new Map(), naming: [] },
      },
      {
        domain,
        writer: writerOf(arrival),
        newId: () => 'conflict',
        progress: {
          creatable: new Set(),
          clock: clockBefore(arrival.mark.arrival),
          waiting: new Map(),
          carried: new Map(Object.keys(carried).length === 0 ? [] : [[key, carried]]),
        },
      },
    );
    const [outcome] = outcomes;
    if (outcome?.kind !== 'accepted') throw new Error(`Refused: ${JSON.stringify(outcome)}`);
    const after = written.get(key)?.after ?? (row as StoredRecord);
    const conflicts = outcome.conflicts.flatMap((entry) => fieldConflicts(entry, row));
    return {
      outcome: outcome.outcome,
      row: after,
      conflicts,
      log: logAfter(before, after, { device: deviceId(arrival.mark.device), changes: audit[0]?.changes ?? {} }),
    };
  };
}

function domainOf(policies: Policies): Domain {
  const note = defineEntity({
    table: 'notes',
    fields: { a: field.text({ required: true, policy: policies.a }), b: field.text({ policy: policies.b }) },
  });
  const reader = defineEntity({ table: 'readers', fields: { userId: field.text({ uniqueLive: true }) } });
  return defineDomain({
    name: 'notes',
    schemaVersion: 1,
    entities: { note, reader },
    memberScope: { entity: 'reader', userField: 'userId', keys: { reader: 'id' } },
    roles: { manager: { note: full, reader: full }, employee: { note: full, reader: full } },
  });
}

function toAdmitted({ operation, payload, mark }: Arrival, declaration: Entity): AdmittedChange {
  const base: Base =
    operation.seen === NOTHING_SEEN
      ? { kind: 'create' }
      : { kind: 'version', version: baseOf(operation.seen) as Cursor };
  return {
    index: 0,
    receipt: mark.device === null ? null : { changeId: `change ${mark.arrival}` as ChangeId, contentHash: '' },
    op: payload === null ? 'delete' : 'upsert',
    entity: 'note',
    declaration,
    entityId: recordId(operation.record),
    at: timeOf(mark.at),
    base,
    payload: payload ?? {},
    sent: payload ?? {},
  };
}

function writerOf({ mark }: Arrival): Writer {
  const device = deviceId(mark.device);
  return {
    userId: `user ${mark.device}` as UserId,
    deviceId: device,
    outbox: device,
    pullCursor: null,
    authority: { kind: 'member', role: 'manager', keys: {} },
  };
}

/** Hands out the version of an arrival first, and what lies between it and the next one's to entries of the conflict log. */
function clockBefore(arrival: number): Clock {
  const handedOut = (count: number): Cursor =>
    count === 0 ? versionOf(arrival) : (`${versionOf(arrival).slice(0, -2)}${count}Z` as Cursor);
  const clock = (start: number): Clock => {
    let count = start;
    return {
      current: versionOf(arrival),
      used: true,
      next: () => handedOut(count++),
      peek: () => handedOut(count),
      fork: () => clock(count),
      adopt: () => {},
    };
  };
  return clock(0);
}

type LogEntry = Extract<ReturnType<typeof foldChanges>['outcomes'][number], { kind: 'accepted' }>['conflicts'][number];

/** What an entry of the conflict log says about each of its fields. */
function fieldConflicts(entry: LogEntry, row: StoredRecord | null): FieldConflict[] {
  if (row === null) throw new Error('A creation met something');
  return entry.fields.map((name) => {
    const write = { version: entry.serverVersion, device: entry.server.device, at: entry.server.at as string };
    // Both name the same write, or the entry speaks of another one than it shows.
    if (entry.kind === 'fields' && lastWrite(row, name).version !== write.version) throw new Error('Another write');
    return {
      field: name,
      clientValue: entry.kind === 'fields' ? (entry.client.values[name] ?? null) : null,
      serverValue: entry.server.values[name] ?? null,
      serverWrite: write,
      policy: entry.policy,
      winner: entry.winner,
    };
  });
}
