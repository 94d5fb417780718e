import type { PendingRecord } from '../outbox/pending-record.ts';
import type { LocalDatabase, RecordKey } from './local-database.ts';
import { overlay } from './overlay.ts';
import type { OutboxChange, Row, ServerCopy } from './rows.ts';

/** A record with its copy and its stored pending changes, in order. */
export interface StoredRecord extends PendingRecord {
  readonly copy: ServerCopy;
  readonly pending: readonly OutboxChange[];
}

export const recordKey = (entity: string, entityId: string): RecordKey => [entity, entityId];

/** Those of the records that have pending changes, by id. */
export async function readPendingRecords(
  local: LocalDatabase,
  entity: string,
  ids: readonly string[],
): Promise<Map<string, StoredRecord>> {
  const copies = await local.copies.bulkGet(ids.map((id) => recordKey(entity, id)));
  const records = new Map<string, StoredRecord>();
  for (const copy of copies) {
    if (copy) records.set(copy.entityId, { ...copy, copy, pending: await readPendingOf(local, entity, copy.entityId) });
  }
  return records;
}

function readPendingOf(local: LocalDatabase, entity: string, entityId: string): Promise<OutboxChange[]> {
  return local.outbox.where({ entity, entityId }).sortBy('seq');
}

/**
 * Writes a record's new copy and shows it again under what is still pending: the row that the app sees, or none. Without
 * pending changes the row is the copy, and no other copy is kept.
 */
export async function storeRecord(local: LocalDatabase, record: StoredRecord): Promise<void> {
  const { entity, entityId, copy, pending } = record;
  const declared = local.entity(entity);
  if (pending.length === 0) await local.copies.delete(recordKey(entity, entityId));
  else await local.copies.put(copy);
  if (declared === null) return;
  await showRow(local, entity, entityId, overlay(declared, copy, pending));
}

async function showRow(local: LocalDatabase, entity: string, entityId: string, row: Row | null): Promise<void> {
  const rows = local.rows(entity);
  if (row === null) await rows.delete(entityId);
  else await rows.put(row);
}
