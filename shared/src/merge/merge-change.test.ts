import { describe, expect, it } from 'vitest';
import type { Cursor } from '../cursor.ts';
import type { ConflictPolicy } from '../domain/conflict-policy.ts';
import type { DeviceId, RecordId } from '../ids.ts';
import { applyMerge, createRecord } from './apply-merge.ts';
import { type MergeChange, type MergeContext, mergeChange } from './merge-change.ts';
import type { RecordValues, StoredRecord } from './stored-record.ts';

const [a, b, c] = ['device-a', 'device-b', 'device-c'] as DeviceId[] as [DeviceId, DeviceId, DeviceId];
const version = (micros: number) => `2026-01-01T00:00:00.${String(micros).padStart(6, '0')}Z` as Cursor;

function change(values: Partial<MergeChange>): MergeChange {
  return { op: 'upsert', base: version(1), device: a, at: '2026-01-01T00:00:00.000Z', payload: {}, ...values };
}

/** A record made by device `c` as version 1, with further writes from version 2 on. */
function record(values: RecordValues, ...writes: Partial<MergeChange>[]): StoredRecord {
  const created = createRecord('id' as RecordId, values, change({ device: c, base: null }), version(1));
  return writes.reduce<StoredRecord>((stored, write, index) => {
    const now = version(index + 2);
    const made = change({ base: version(index + 1), device: b, ...write });
    return applyMerge(stored, mergeChange(stored, made, context()), made, now);
  }, created);
}

function context(policy: ConflictPolicy = 'clientWins', seen: RecordValues = {}): MergeContext {
  return { policyOf: () => policy, isWritable: () => true, valueSeen: (field) => seen[field] };
}

describe('mergeChange', () => {
  it('applies an edit of a record that nobody else has touched', () => {
    const result = mergeChange(record({ title: 'old', note: null }), change({ payload: { title: 'new' } }), context());
    expect(result).toEqual({
      outcome: 'applied',
      edits: [{ field: 'title', from: 'old', to: 'new' }],
      deletion: null,
      conflicts: [],
    });
  });

  it('does nothing for values that are there already, whoever wrote them', () => {
    const stored = record({ title: 'old' }, { payload: { title: 'new' } });
    expect(mergeChange(stored, change({ payload: { title: 'new' } }), context()).outcome).toBe('unchanged');
  });

  it('merges edits of disjoint fields', () => {
    const stored = record({ title: 'old', note: null }, { payload: { note: 'b was here' } });
    const result = mergeChange(stored, change({ payload: { title: 'new' } }), context());
    expect(result).toMatchObject({ outcome: 'merged', conflicts: [] });
    expect(applyMerge(stored, result, change({}), version(9)).values).toEqual({ title: 'new', note: 'b was here' });
  });

  it('does not take a value that its sender saw for an edit', () => {
    const stored = record({ title: 'old' }, { payload: { title: 'from b' } });
    const result = mergeChange(stored, change({ payload: { title: 'old' } }), context('clientWins', { title: 'old' }));
    expect(result.outcome).toBe('unchanged');
  });

  it('is no conflict when the last writer is the device itself', () => {
    const stored = record({ title: 'old' }, { device: a, payload: { title: 'first' } });
    const result = mergeChange(stored, change({ payload: { title: 'second' } }), context());
    expect(result).toMatchObject({ outcome: 'applied', conflicts: [] });
  });

  it('takes a writer without a device for somebody else, also for another one without', () => {
    const stored = record({ title: 'old' }, { device: null, payload: { title: 'office' } });
    expect(mergeChange(stored, change({ device: null, payload: { title: 'x' } }), context()).outcome).toBe('conflict');
  });

  it.each([
    ['clientWins', '2026-01-01T00:00:00.000Z', 'client'],
    ['serverWins', '2027-01-01T00:00:00.000Z', 'server'],
    ['ask', '2027-01-01T00:00:00.000Z', 'server'],
    ['latestEdit', '2027-01-01T00:00:00.000Z', 'client'],
    ['latestEdit', '2025-01-01T00:00:00.000Z', 'server'],
    // The same time on both sides: the device with the greater id.
    ['latestEdit', '2026-01-01T00:00:00.000Z', 'server'],
  ] as const)('%s with an edit of %s: the %s wins, and the other value is in the result', (policy, at, winner) => {
    const stored = record({ title: 'old' }, { payload: { title: 'from b' } });
    const result = mergeChange(stored, change({ at, payload: { title: 'from a' } }), context(policy));
    expect(result.outcome).toBe('conflict');
    expect(result.conflicts).toMatchObject([
      {
        field: 'title',
        clientValue: 'from a',
        serverValue: 'from b',
        policy,
        winner,
        serverWrite: { version: version(2) },
      },
    ]);
    expect(result.edits).toHaveLength(winner === 'client' ? 1 : 0);
  });

  it('meets the creation in fields that were not written since', () => {
    const stored = record({ title: 'from c' });
    const result = mergeChange(stored, change({ base: null, payload: { title: 'from a' } }), context());
    expect(result.conflicts).toMatchObject([{ serverWrite: { version: version(1), device: c } }]);
  });

  describe('deletion', () => {
    it('deletes what nobody else has touched without a conflict', () => {
      const stored = record({ title: 'old' });
      const result = mergeChange(stored, change({ op: 'delete' }), context());
      expect(result).toEqual({ outcome: 'applied', edits: [], deletion: 'delete', conflicts: [] });
      expect(applyMerge(stored, result, change({}), version(9)).deletedAt).toBe(version(9));
    });

    it('wins over edits it had not seen, and names each value that goes with it', () => {
      const stored = record({ title: 'old', note: 'old' }, { payload: { note: 'from b' } });
      const result = mergeChange(stored, change({ op: 'delete' }), context());
      expect(result).toMatchObject({ outcome: 'conflict', deletion: 'delete' });
      expect(result.conflicts.map(({ field, serverValue }) => [field, serverValue])).toEqual([['note', 'from b']]);
    });

    it('names every value of a record it had never seen', () => {
      const result = mergeChange(record({ title: 'x', note: null }), change({ op: 'delete', base: null }), context());
      expect(result.conflicts.map(({ field }) => field)).toEqual(['title']);
    });

    it('I5: that had not seen the record come back says so, even where no value was changed', () => {
      const stored = record({ title: 'old' }, { op: 'delete' }, { op: 'revive' });
      const result = mergeChange(stored, change({ op: 'delete' }), context());
      expect(result).toMatchObject({ outcome: 'conflict', deletion: 'delete' });
      expect(result.conflicts).toMatchObject([
        { field: 'deletedAt', winner: 'client', serverWrite: { version: version(3) } },
      ]);
    });

    it('that had not seen the record come back with an edit names the edit alone', () => {
      const stored = record({ title: 'old' }, { op: 'delete' }, { payload: { title: 'back' } });
      const result = mergeChange(stored, change({ op: 'delete' }), context());
      expect(result.conflicts.map(({ field, serverValue }) => [field, serverValue])).toEqual([['title', 'back']]);
    });

    it('of a record that its sender saw come back is no conflict', () => {
      const stored = record({ title: 'old' }, { op: 'delete' }, { op: 'revive' });
      expect(mergeChange(stored, change({ op: 'delete', base: version(3) }), context()).outcome).toBe('applied');
    });

    it('of a deleted record is nothing', () => {
      const stored = record({ title: 'old' }, { op: 'delete' });
      expect(mergeChange(stored, change({ op: 'delete' }), context()).outcome).toBe('unchanged');
    });

    it('that an edit had not seen is undone by it, and that is a conflict', () => {
      const stored = record({ title: 'old' }, { op: 'delete' });
      const result = mergeChange(stored, change({ payload: { title: 'new' } }), context());
      expect(result).toMatchObject({ outcome: 'conflict', deletion: 'revive' });
      expect(result.conflicts).toMatchObject([{ field: 'deletedAt', winner: 'client' }]);
      expect(applyMerge(stored, result, change({}), version(9)).deletedAt).toBeNull();
    });

    it('I8: stays when a late change brings nothing new', () => {
      const stored = record({ title: 'old' }, { op: 'delete' });
      expect(mergeChange(stored, change({ payload: { title: 'old' } }), context()).outcome).toBe('unchanged');
    });

    it('is undone by a revival that changes no field', () => {
      const stored = record({ title: 'old' }, { op: 'delete' });
      const result = mergeChange(
        stored,
        change({ op: 'revive', base: version(2), payload: { title: 'old' } }),
        context(),
      );
      expect(result).toEqual({ outcome: 'applied', edits: [], deletion: 'revive', conflicts: [] });
    });
  });
});
