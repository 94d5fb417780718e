import type { Table } from 'dexie';

/** A table that only the engine writes. */
export type ReadOnlyTable<T> = Omit<
  Table<T, string>,
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
