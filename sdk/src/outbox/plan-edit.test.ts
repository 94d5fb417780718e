import { describe, expect, test } from 'vitest';
import type { FieldMap, OutboxChange, Row, ServerCopy } from '../store/rows.ts';
import { recordId } from '../testing/open-device.ts';
import { version } from '../testing/scripted-server.ts';
import type { PendingRecord, Stamp } from './pending-record.ts';
import { planCreate, planDelete, planUndelete, planUpsert } from './plan-edit.ts';

const id = recordId(1);
const row: Row = { id, createdAt: version(1), updatedAt: version(1), title: 'A', notes: null };
const copy: ServerCopy = { entity: 'task', entityId: id, updatedAt: version(1), values: row, presence: 'live' };
let made = 0;
const isTimed = (field: string): boolean => field === 'status';
const stamp: Stamp = { isTimed, newId: () => `change-${(made += 1)}`, at: '2026-02-01T00:00:00.000Z', clockOffset: 5 };

const change = (seq: number, given: Partial<OutboxChange>): OutboxChange => ({
  seq,
  changeId: `old-${seq}`,
  op: 'upsert',
  entity: 'task',
  entityId: id,
  clientUpdatedAt: '2026-01-01T00:00:00.000Z',
  clockOffset: null,
  baseUpdatedAt: version(1),
  payload: {},
  state: 'unsent',
  held: null,
  ...given,
});
const record = (pending: OutboxChange[], held: ServerCopy | null = copy): PendingRecord => ({
  entity: 'task',
  entityId: id,
  copy: pending.length > 0 ? held : null,
  pending,
});
const edits = (payload: FieldMap, seen: string | null = null) => ({ payload, seen });
const shape = ({ pending }: PendingRecord) =>
  pending.map(({ op, baseUpdatedAt, payload, state }) => ({ op, base: baseUpdatedAt, payload, state }));

describe('bases', () => {
  test('the first edit is based on the row as it is seen', () => {
    const after = planUpsert(record([]), row, edits({ title: 'B' }), stamp);
    expect(after.copy).toEqual(copy);
    expect(shape(after)).toEqual([{ op: 'upsert', base: version(1), payload: { title: 'B' }, state: 'unsent' }]);
  });

  test('a field with a pending edit keeps its base, others take the copy that was pulled since', () => {
    const pulled: ServerCopy = { ...copy, updatedAt: version(2) };
    const after = planUpsert(
      record([change(1, { payload: { title: 'B' } })], pulled),
      row,
      edits({ title: 'C', notes: 'x' }),
      stamp,
    );
    expect(shape(after)).toEqual([
      { op: 'upsert', base: version(1), payload: { title: 'C' }, state: 'unsent' },
      { op: 'upsert', base: version(2), payload: { notes: 'x' }, state: 'unsent' },
    ]);
  });

  test('an edit of a record whose create is on its way has no base', () => {
    const creating = change(1, { baseUpdatedAt: null, payload: { title: 'A' }, state: 'sent' });
    const unknown: ServerCopy = { ...copy, updatedAt: null, values: null };
    const after = planUpsert(record([creating], unknown), row, edits({ notes: 'x' }), stamp);
    expect(after.pending[0]).toBe(creating);
    expect(shape(after)[1]).toEqual({ op: 'upsert', base: null, payload: { notes: 'x' }, state: 'unsent' });
  });
});

describe('squashing', () => {
  test('joins an unsent change, which keeps its id and takes the new time', () => {
    const after = planUpsert(record([change(1, { payload: { title: 'B' } })]), row, edits({ notes: 'x' }), stamp);
    expect(after.pending).toEqual([
      change(1, { payload: { title: 'B', notes: 'x' }, clientUpdatedAt: stamp.at, clockOffset: 5 }),
    ]);
  });

  test('gives no value that the later edit decides about the time of another field’s edit', () => {
    const done = change(1, { payload: { title: 'B', status: 'completed' } });
    const besides = planUpsert(record([done]), row, edits({ notes: 'x' }), stamp);
    expect(besides.pending).toEqual([done, expect.objectContaining({ payload: { notes: 'x' } })]);
    const [, notes] = besides.pending as OutboxChange[];
    expect(
      planUpsert(record([done, { ...(notes as OutboxChange), seq: 2 }]), row, edits({ notes: 'y' }), stamp).pending,
    ).toHaveLength(2);
    // The same field again, or at the same time: the time is its own.
    expect(planUpsert(record([done]), row, edits({ status: 'canceled' }), stamp).pending).toHaveLength(1);
    const now = { ...done, clientUpdatedAt: stamp.at };
    expect(planUpsert(record([now]), row, edits({ notes: 'x' }), stamp).pending).toHaveLength(1);
    // Nobody else can have written to what nobody else knows; to what is made again they can.
    const again = record([{ ...done, baseUpdatedAt: null }]);
    expect(planUpsert(again, row, edits({ notes: 'x' }), stamp).pending).toHaveLength(2);
    const creating = { ...done, baseUpdatedAt: null };
    const unknown: ServerCopy = { ...copy, updatedAt: null, values: null };
    expect(planUpsert(record([creating], unknown), row, edits({ notes: 'x' }), stamp).pending).toHaveLength(1);
  });

  test('never alters what may have left the device', () => {
    const sent = change(1, { payload: { title: 'B' }, state: 'sent' });
    const after = planUpsert(record([sent]), row, edits({ title: 'C' }), stamp);
    expect(after.pending[0]).toBe(sent);
    expect(shape(after)[1]).toEqual({ op: 'upsert', base: version(1), payload: { title: 'C' }, state: 'unsent' });
  });

  test('does not reach behind a later change of the same field', () => {
    const first = change(1, { payload: { notes: 'x' } });
    const later = change(2, { payload: { title: 'B' }, state: 'sent' });
    expect(planUpsert(record([first, later]), row, edits({ title: 'C' }), stamp).pending).toHaveLength(3);
    expect(planUpsert(record([first, later]), row, edits({ notes: 'y' }), stamp).pending).toHaveLength(2);
  });

  test('joins a held change only where it could not go before it, which then goes at once', () => {
    const held = { code: 'MISSING_REFERENCE', message: '', fields: [], attempts: 2, notBefore: 9 } as const;
    const waiting = change(1, { payload: { title: 'B' }, held });
    const altered = planUpsert(record([waiting]), row, edits({ title: 'C' }), stamp);
    expect(altered.pending).toMatchObject([{ payload: { title: 'C' }, held: { attempts: 2, notBefore: null } }]);
    const besides = planUpsert(record([waiting]), row, edits({ notes: 'x' }), stamp);
    expect(besides.pending).toMatchObject([waiting, { payload: { notes: 'x' }, held: null }]);
    const creating = { ...waiting, baseUpdatedAt: null };
    const unknown: ServerCopy = { ...copy, updatedAt: null, values: null };
    expect(planUpsert(record([creating], unknown), row, edits({ notes: 'x' }), stamp).pending).toHaveLength(1);
  });
});

test('what was read in an older version is an edit of that version, under pending edits of their own', () => {
  const pulled: ServerCopy = { ...copy, updatedAt: version(3) };
  const pending = [change(1, { payload: { title: 'B' }, baseUpdatedAt: version(1), state: 'sent' })];
  const after = planUpsert(record(pending, pulled), row, edits({ title: 'C', notes: 'x' }, version(2)), stamp);
  expect(shape(after).slice(1)).toEqual([
    { op: 'upsert', base: version(1), payload: { title: 'C' }, state: 'unsent' },
    { op: 'upsert', base: version(2), payload: { notes: 'x' }, state: 'unsent' },
  ]);
});

describe('a record that is back after its delete', () => {
  const deleting = change(2, { op: 'delete' });

  test('takes an unsent delete back; only what differs is sent', () => {
    expect(planUndelete(record([deleting]), row, edits({}), stamp)).toMatchObject({ copy: null, pending: [] });
    expect(shape(planUndelete(record([deleting]), row, edits({ title: 'C' }), stamp))).toEqual([
      { op: 'upsert', base: version(1), payload: { title: 'C' }, state: 'unsent' },
    ]);
    const edited = change(1, { payload: { notes: 'x' } });
    expect(planUndelete(record([edited, deleting]), row, edits({}), stamp).pending).toEqual([edited]);
  });

  test('is created anew behind a delete that may have arrived', () => {
    const sent = record([{ ...deleting, state: 'sent' }]);
    expect(shape(planCreate(sent, { title: 'A', notes: null }, stamp))[1]).toEqual({
      op: 'upsert',
      base: null,
      payload: { title: 'A', notes: null },
      state: 'unsent',
    });
  });
});

describe('deleting', () => {
  const unknown: ServerCopy = { ...copy, updatedAt: null, values: null };
  const creating = change(1, { baseUpdatedAt: null, payload: { title: 'A' } });

  test('a record that never left the device takes its changes with it', () => {
    expect(planDelete(record([creating], unknown), row, false, stamp)).toMatchObject({ copy: null, pending: [] });
  });

  test('a record whose create may have arrived is deleted after it', () => {
    const after = planDelete(record([{ ...creating, state: 'sent' }], unknown), row, false, stamp);
    expect(shape(after)[1]).toEqual({ op: 'delete', base: null, payload: {}, state: 'unsent' });
  });

  test('pending edits stay in front of the delete', () => {
    const after = planDelete(record([change(1, { payload: { title: 'B' } })]), row, false, stamp);
    expect(shape(after).map(({ op }) => op)).toEqual(['upsert', 'delete']);
  });

  test('a record that another pending change refers to is sent, and deleted after it', () => {
    expect(shape(planDelete(record([creating], unknown), row, true, stamp)).map(({ op }) => op)).toEqual([
      'upsert',
      'delete',
    ]);
  });

  test('a held edit, which never took effect, does not hold the delete up', () => {
    const held = { code: 'MISSING_REFERENCE', message: '', fields: [], attempts: 1, notBefore: 9 } as const;
    const after = planDelete(record([change(1, { payload: { title: 'B' }, held })]), row, false, stamp);
    expect(shape(after)).toEqual([{ op: 'delete', base: version(1), payload: {}, state: 'unsent' }]);
  });
});
