import { allowsField, type Grant } from '../../domain/roles.ts';
import type { RecordId } from '../../ids.ts';
import type { Json } from '../../json.ts';
import type { RecordValues } from '../../merge/stored-record.ts';

export type WireRecord = { readonly [key: string]: Json };

/** A record's values, sensitive ones opened, and what the service manages of it. */
export interface OpenedRecord {
  readonly id: RecordId;
  readonly values: RecordValues;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly deletedAt: string | null;
}

/** A record as whoever has this grant may see it. Hidden fields are left out. */
export function projectRecord(grant: Grant, record: OpenedRecord): WireRecord {
  const { id, createdAt, updatedAt, deletedAt } = record;
  const managed = { id, createdAt, updatedAt, deletedAt };
  if (grant.fields === 'all') return { ...managed, ...record.values };
  const visible = Object.entries(record.values).filter(([field]) => allowsField(grant, field));
  return { ...managed, ...Object.fromEntries(visible) };
}
