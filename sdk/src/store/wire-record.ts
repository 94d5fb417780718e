import { type Json, MANAGED_KEYS } from '@backhaul/shared';
import type { Row } from './rows.ts';

/** A whole record of an answer: as a row of ours, and whether it is deleted. */
export interface ReceivedRecord {
  readonly row: Row;
  readonly updatedAt: string;
  readonly deleted: boolean;
}

/** `null` for what lacks a version: such a record can not be adopted. Fields that this app does not declare are kept, too. */
export function readWireRecord(id: string, payload: { readonly [key: string]: unknown }): ReceivedRecord | null {
  const { updatedAt, createdAt, deletedAt } = payload;
  if (typeof updatedAt !== 'string') return null;
  // Member by member: an object of `Object.fromEntries` takes a browser twice as long to store.
  const row: { [field: string]: Json } = {};
  for (const name of Object.keys(payload)) {
    const value = payload[name];
    if (value !== undefined && !MANAGED_KEYS.has(name) && name !== '__proto__') row[name] = value as Json;
  }
  row['id'] = id;
  row['createdAt'] = typeof createdAt === 'string' ? createdAt : null;
  row['updatedAt'] = updatedAt;
  return { row: row as Row, updatedAt, deleted: typeof deletedAt === 'string' };
}
