import type { Table } from 'dexie';

/** A table that only the engine writes. */
export type ReadOnlyTable<T, Key = string> = Omit<
  Table<T, Key>,
  | 'add'
  | 'put'
  | 'update'
  | 'upsert'
  | 'delete'
  | 'clear'
  | 'bulkAdd'
  | 'bulkPut'
  | 'bulkUpdate'
  | 'bulkDelete'
  | 'hook'
>;
