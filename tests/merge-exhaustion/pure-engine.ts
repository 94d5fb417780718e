import { applyMerge, createRecord, type MergeChange, mergeChange, valueSeen } from '@backhaul/shared';
import { baseOf, deviceId, type Engine, logAfter, recordId, timeOf, versionOf } from './engine.ts';
import type { Arrival } from './model.ts';
import { type FieldName, NOTHING_SEEN } from './operation.ts';

/** The merge alone, called as the fold of a push calls it. */
export const pureEngine: Engine = (before, arrival, { policies, carried }) => {
  const { row, log } = before;
  const change = toMergeChange(arrival);
  const version = versionOf(arrival.mark.arrival);
  if (row === null) {
    const values = { a: null, b: null, ...change.payload };
    const created = createRecord(recordId(arrival.operation.record), values, change, version);
    return {
      outcome: 'applied',
      row: created,
      conflicts: [],
      log: logAfter(before, created, { device: change.device, changes: {} }),
    };
  }
  const result = mergeChange(row, change, {
    policyOf: (field) => policies[field as FieldName],
    isWritable: () => true,
    valueSeen: (field) =>
      carried[field] === undefined
        ? valueSeen({ stored: row, entries: log, outbox: change.device, base: change.base, field })
        : carried[field],
  });
  if (result.edits.length === 0 && result.deletion === null) return { ...result, row, log };
  const changes = Object.fromEntries(result.edits.map(({ field, from, to }) => [field, { from, to }]));
  const after = applyMerge(row, result, change, version);
  return { ...result, row: after, log: logAfter(before, after, { device: change.device, changes }) };
};

function toMergeChange({ operation, payload, mark }: Arrival): MergeChange {
  const isWhole = operation.seen === NOTHING_SEEN && payload?.a !== undefined;
  return {
    op: payload === null ? 'delete' : isWhole ? 'revive' : 'upsert',
    base: baseOf(operation.seen),
    device: deviceId(mark.device),
    at: timeOf(mark.at),
    payload: payload ?? {},
  };
}
