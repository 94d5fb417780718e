import { v7 } from 'uuid';

/** Who takes part in a history, on which devices, and the records that it is about: the same on both sides. */
export const PEOPLE = ['marta', 'ana', 'bruno'] as const;
export type Person = (typeof PEOPLE)[number];

/** A device by its place in this list. Marta is the manager. */
export const DEVICES: readonly Person[] = ['marta', 'marta', 'ana', 'ana', 'bruno'];

/** Record -> its entity. Teams and employees are there from the beginning, the others are for the history to make. */
export const RECORDS = {
  teamA: 'team',
  teamB: 'team',
  anaRecord: 'employee',
  brunoRecord: 'employee',
  newcomer: 'employee',
  task1: 'task',
  task2: 'task',
  task3: 'task',
  client1: 'client',
  client2: 'client',
  entry1: 'finance_entry',
  entry2: 'finance_entry',
  service1: 'service_type',
} as const;
export type RecordName = keyof typeof RECORDS;
export const RECORD_NAMES = Object.keys(RECORDS) as RecordName[];

/** Attachments, which nobody pushes. */
export type FileName = 'file1' | 'file2';

/** The ids of one run of a history. */
export interface Cast {
  readonly tenantId: string;
  readonly users: { readonly [P in Person]: string };
  readonly devices: readonly string[];
  /** Devices that pull everything at the end. */
  readonly viewers: { readonly [P in Person]: string };
  readonly records: { readonly [R in RecordName]: string };
  readonly files: { readonly [F in FileName]: string };
}

export function castFor(tenantId: string, users: Cast['users']): Cast {
  const records = Object.fromEntries(RECORD_NAMES.map((name) => [name, v7()])) as Cast['records'];
  const viewers = { marta: v7(), ana: v7(), bruno: v7() };
  const files = { file1: v7(), file2: v7() };
  return { tenantId, users, devices: DEVICES.map(() => v7()), viewers, records, files };
}
