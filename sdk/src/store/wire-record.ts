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
  const fields = Object.fromEntries(
    Object.entries(payload).filter(([name, value]) => value !== undefined && !MANAGED_KEYS.has(name)),
  ) as { readonly [field: string]: Json };
  const row: Row = { ...fields, id, createdAt: typeof createdAt === 'string' ? createdAt : null, updatedAt };
  return { row, updatedAt, deleted: typeof deletedAt === 'string' };
}
