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
  if ((await local.copies.count()) === 0) return new Map();
  const copies = (await local.copies.bulkGet(ids.map((id) => recordKey(entity, id)))).filter(
    (copy) => copy !== undefined,
  );
  const records = await Promise.all(
    copies.map(async (copy) => ({ ...copy, copy, pending: await readPendingOf(local, entity, copy.entityId) })),
  );
  return new Map(records.map((record) => [record.entityId, record]));
}

function readPendingOf(local: LocalDatabase, entity: string, entityId: string): Promise<OutboxChange[]> {
  return local.outbox.where('[entity+entityId]').equals([entity, entityId]).sortBy('seq');
}

/**
 * Writes the new copies of records of one entity and shows the records again under what is still pending: the row that the app
 * sees, or none. Without pending changes the row is the copy, and no other copy is kept.
 */
export async function storeRecords(
  local: LocalDatabase,
  entityName: string,
  records: readonly StoredRecord[],
): Promise<void> {
  const [settled, open] = [records.filter(isSettled), records.filter((record) => !isSettled(record))];
  await local.copies.bulkDelete(settled.map(({ entityId }) => recordKey(entityName, entityId)));
  await local.copies.bulkPut(open.map(({ copy }) => copy));
  const entity = local.entity(entityName);
  // An app that went back to an older version may have changes of an entity that it no longer shows.
  if (entity === null) return;
  const shown = records.map(({ entityId, copy, pending }) => ({ entityId, row: overlay(entity, copy, pending) }));
  const rows = local.rows(entityName);
  await rows.bulkDelete(shown.filter(({ row }) => row === null).map(({ entityId }) => entityId));
  await rows.bulkPut(shown.map(({ row }) => row).filter((row): row is Row => row !== null));
}

const isSettled = ({ pending }: StoredRecord): boolean => pending.length === 0;
