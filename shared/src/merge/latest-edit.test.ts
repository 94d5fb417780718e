import { describe, expect, it } from 'vitest';
import type { Cursor } from '../cursor.ts';
import type { DeviceId, RecordId } from '../ids.ts';
import type { Json } from '../json.ts';
import { applyMerge, createRecord } from './apply-merge.ts';
import { type MergeChange, mergeChange } from './merge-change.ts';
import type { StoredRecord } from './stored-record.ts';

const FIELD = 'status';
const [a, b, c] = ['device-a', 'device-b', 'device-c'] as DeviceId[] as [DeviceId, DeviceId, DeviceId];
const version = (micros: number) => `2026-01-01T00:00:00.${String(micros).padStart(6, '0')}Z` as Cursor;
const instant = (hour: number) => `2026-01-01T${String(hour).padStart(2, '0')}:00:00.000Z`;

interface Edit {
  readonly device: DeviceId;
  readonly hour: number;
  readonly value: Json;
  /** The edit whose result the author had pulled; `null`: the record as it was made. */
  readonly on: Edit | null;
}

/** What is stored after the edits arrived in this order. */
function arrive(edits: readonly Edit[]): Json | undefined {
  const made: MergeChange = { op: 'upsert', base: null, device: null, at: instant(0), payload: {} };
  let stored: StoredRecord = createRecord('id' as RecordId, { [FIELD]: 'old' }, made, version(1));
  const arrivedAs = new Map<Edit, Cursor>();
  const accepted: { readonly edit: Edit; readonly version: Cursor; readonly from: Json }[] = [];
  for (const edit of edits) {
    const base = edit.on ? (arrivedAs.get(edit.on) as Cursor) : version(1);
    const change: MergeChange = {
      op: 'upsert',
      base,
      device: edit.device,
      at: instant(edit.hour),
      payload: { [FIELD]: edit.value },
    };
    const own = accepted.filter(({ edit: { device } }) => device === edit.device).at(-1);
    const seen = own && own.version > base ? own.version : base;
    const result = mergeChange(stored, change, {
      policyOf: () => 'latestEdit',
      isWritable: () => true,
      // As the service derives it from the audit log; a device that lost earlier in the same push has seen its own value.
      valueSeen: () =>
        edits.slice(0, edits.indexOf(edit)).findLast(({ device }) => device === edit.device)?.value ??
        accepted.find((entry) => entry.version > seen)?.from,
    });
    const now = version(arrivedAs.size + 2);
    arrivedAs.set(edit, now);
    if (result.edits.length === 0) continue;
    accepted.push({ edit, version: now, from: stored.values[FIELD] ?? null });
    stored = applyMerge(stored, result, change, now);
  }
  return stored.values[FIELD];
}

/** Every order in which each device's own edits keep theirs. */
function interleavings(outboxes: readonly (readonly Edit[])[]): Edit[][] {
  if (outboxes.every((outbox) => outbox.length === 0)) return [[]];
  return outboxes.flatMap(([first, ...rest], index) =>
    first ? interleavings(outboxes.with(index, rest)).map((later) => [first, ...later]) : [],
  );
}

function* product<T>(choices: readonly T[], length: number): Iterable<readonly T[]> {
  if (length === 0) return yield [];
  for (const rest of product(choices, length - 1)) for (const choice of choices) yield [choice, ...rest];
}

const HOURS = [1, 2, 3];
const VALUES = ['done', 'canceled'];

describe('where the later edit wins, the order of arrival does not count', () => {
  it('for three devices that saw nothing of each other, two of them with a clock that jumps', () => {
    let orders = 0;
    for (const [h1 = 0, h2 = 0, h3 = 0, h4 = 0, h5 = 0] of product(HOURS, 5)) {
      for (const [v1 = '', v2 = '', v3 = ''] of product(VALUES, 3)) {
        const other = (value: string) => (value === 'done' ? 'canceled' : 'done');
        const edit = (device: DeviceId, hour: number, value: string): Edit => ({ device, hour, value, on: null });
        const outboxes = [
          [edit(a, h1, v1), edit(a, h2, other(v1))],
          [edit(b, h3, v2), edit(b, h4, other(v2))],
          [edit(c, h5, v3)],
        ];
        const results = new Set(interleavings(outboxes).map(arrive));
        orders += 30;
        expect([...results], JSON.stringify(outboxes)).toHaveLength(1);
      }
    }
    expect(orders).toBe(3 ** 5 * 2 ** 3 * 30);
  });

  it('for one that built on another’s edit by a clock that is behind, against a third one', () => {
    for (const [h1 = 0, h2 = 0, h3 = 0, h4 = 0] of product(HOURS, 4)) {
      for (const [v1 = '', v2 = '', v3 = '', v4 = ''] of product(VALUES, 4)) {
        if (v1 === v2 || v3 === v4) continue;
        const first: Edit = { device: a, hour: h1, value: v1, on: null };
        const onTop: Edit = { device: b, hour: h2, value: v2, on: first };
        const away = [h3, h4].map((hour, index): Edit => ({ device: c, hour, value: [v3, v4][index] ?? '', on: null }));
        const results = new Set(interleavings([[onTop], away]).map((rest) => arrive([first, ...rest])));
        expect([...results], JSON.stringify([first, onTop, ...away])).toHaveLength(1);
      }
    }
  });

  it('for edits of the same moment, by any of three devices', () => {
    const edits = [a, b, c].map((device): Edit => ({ device, hour: 1, value: device, on: null }));
    const results = interleavings(edits.map((edit) => [edit])).map(arrive);
    expect(results).toEqual(Array.from({ length: 6 }, () => c));
  });
});

it('an edit of what its author saw stands, however far its clock is behind', () => {
  const first: Edit = { device: a, hour: 9, value: 'done', on: null };
  const second: Edit = { device: b, hour: 1, value: 'canceled', on: first };
  expect(arrive([first, second])).toBe('canceled');
});
