import { expect, it } from 'vitest';
import { conflictSummary } from './summary.ts';

const input = {
  entity: 'employee',
  fields: ['name', 'roleTitle', 'teamId'],
  winner: 'client',
  policy: 'clientWins',
  clientName: 'Ana',
  serverName: 'Bea',
} as const;

it.each([
  [
    { ...input, kind: 'fields' },
    'Ana and Bea both changed name, role title and team id of an employee; the value of Ana stands, the other is kept here.',
  ],
  [
    { ...input, kind: 'fields', winner: 'server', serverName: null },
    'Ana and the office both changed name, role title and team id of an employee; the value of the office stands, the other is kept here.',
  ],
  [
    { ...input, kind: 'fields', serverName: 'Ana', fields: ['name'] },
    'Ana changed name of an employee on two devices; one value stands, the other is kept here.',
  ],
  [
    { ...input, kind: 'fields', policy: 'ask', winner: 'server', entity: 'finance_entry', fields: ['amount'] },
    'Ana and Bea both changed amount of a finance entry; a manager must choose, and until then the value of Bea stands.',
  ],
  [
    { ...input, kind: 'fields', policy: 'ask', winner: 'server', serverName: 'Ana', fields: ['name'] },
    'Ana changed name of an employee on two devices; a manager must choose, and until then one value stands.',
  ],
  [
    { ...input, kind: 'deletedOverEdit', entity: 'finance_entry', fields: ['dueDate'] },
    'Ana deleted a finance entry without having seen that Bea had changed due date; it is deleted, and the changes are kept here.',
  ],
  [
    { ...input, kind: 'deletedOverEdit', fields: ['deletedAt'] },
    'Ana deleted an employee without having seen that Bea had brought it back; it is deleted, and can be brought back here.',
  ],
  [
    { ...input, kind: 'editedOverDelete', clientName: null },
    "Someone changed an employee without having seen that Bea had deleted it; it is back, with Someone's changes.",
  ],
] as const)('%#: a sentence with people and fields', (summary, sentence) => {
  expect(conflictSummary(summary)).toBe(sentence);
});
