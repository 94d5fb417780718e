import { expect, test } from 'vitest';
import { compareRecords, type DemoRecord } from './records.ts';

const records = (entries: { [key: string]: DemoRecord }) => new Map(Object.entries(entries));

test('finds every field that differs, and every record that one side lacks', () => {
  const device = records({
    'task/1': { id: '1', title: 'a', notes: null, lineItems: [{ quantity: 1 }] },
    'task/2': { id: '2', title: 'b' },
    'task/3': { id: '3' },
  });
  const server = records({
    'task/1': { id: '1', title: 'a', lineItems: [{ quantity: 2 }] },
    'task/2': { id: '2', title: 'other' },
    'task/4': { id: '4' },
  });

  const { records: compared, fields, differences } = compareRecords(['device', device], ['server', server]);

  expect({ compared, fields }).toEqual({ compared: 4, fields: 6 });
  expect(differences).toEqual([
    { record: 'task/1', field: 'lineItems', left: [{ quantity: 1 }], right: [{ quantity: 2 }] },
    { record: 'task/2', field: 'title', left: 'b', right: 'other' },
    { record: 'task/3', field: null, left: { id: '3' }, right: null },
    { record: 'task/4', field: null, left: null, right: { id: '4' } },
  ]);
});
