import type { PulledChange } from '@backhaul/shared';
import type { Table } from 'dexie';
import { type LocalDatabase, pageTransaction } from '../store/local-database.ts';
import { meetServer } from '../store/meet-server.ts';
import { readPendingRecords, storeRecords, type StoredRecord } from '../store/record-store.ts';
import type { Row, ServerCopy, SyncMemory } from '../store/rows.ts';
import { afterReading } from '../store/schema-memory.ts';
import { readWireRecord } from '../store/wire-record.ts';

/** One change of a pull. Scope deletes hide a record that still exists for others. */
export type IncomingChange = PulledChange & { readonly reason?: string };

export interface PulledPage {
  /** The cursor that was asked with. */
  readonly since: string | null;
  readonly changes: readonly IncomingChange[];
  readonly nextCursor: string;
  readonly last: boolean;
  /** The server's, 0 if it does not say. */
  readonly schemaVersion: number;
  /** Milliseconds; `null`: not measured. */
  readonly clockOffset: number | null;
  /** ISO-8601 UTC. */
  readonly at: string;
}

/**
 * Stores a page and its cursor in one transaction. The page is dropped if the cursor is no longer the one it was asked with,
 * because then somebody else has gone on and these rows may be old. Answers whether it was stored.
 */
export function applyPage(local: LocalDatabase, page: PulledPage): Promise<boolean> {
  return pageTransaction(local, async (tx) => {
    const memory = await meetServer(tx, page.schemaVersion);
    if (memory.cursor !== page.since || memory.resync !== null || isOver(memory)) return false;
    // A newer server may know entities that this app does not; they come with the resync of an app that does.
    const known = [...Map.groupBy(page.changes, ({ entity }) => entity)].filter(
      ([name]) => local.entity(name) !== null,
    );
    // Until a pull from the beginning there was nothing that could lack anything.
    const before = page.since === null ? { ...memory.schema, readUnder: null, skipped: [] } : memory.schema;
    const isRead = page.since === null || page.changes.length > 0;
    const schema = isRead ? afterReading(before, page.schemaVersion, skippedEntities(tx, page.changes)) : before;
    await Promise.all([
      ...known.map(([name, changes]) => applyChanges(tx, name, changes)),
      tx.memory.put({ ...memory, cursor: page.nextCursor, schema, ...pageMemory(page) }),
    ]);
    return true;
  });
}

/** Those that this app does not declare. */
export function skippedEntities(local: LocalDatabase, changes: readonly IncomingChange[]): string[] {
  return [...new Set(changes.map(({ entity }) => entity))].filter((name) => local.entity(name) === null);
}

/** A page that was on its way when the device was revoked, or its user signed out, brings nothing back. */
export function isOver({ barred }: SyncMemory): boolean {
  return barred === 'revoked' || barred === 'signedOut';
}

/** What every page tells, whatever becomes of its rows: that this user is a member, again or still, for example. */
export function pageMemory({ clockOffset, last, at }: PulledPage): Partial<SyncMemory> {
  return { barred: null, ...(clockOffset === null ? {} : { clockOffset }), ...(last ? { lastPullAt: at } : {}) };
}

async function applyChanges(
  local: LocalDatabase,
  entityName: string,
  changes: readonly IncomingChange[],
): Promise<void> {
  const rows = local.rows(entityName);
  const ids = changes.map(({ entityId }) => entityId);
  const [pending, shown] = await Promise.all([readPendingRecords(local, entityName, ids), readShown(rows, changes)]);
  const put = new Map<string, Row>();
  const removed = new Set<string>();
  const renewed = new Map<string, StoredRecord>();
  for (const change of changes) {
    const record = pending.get(change.entityId);
    if (record) {
      const copy = pulledCopy(record.copy, change);
      if (copy === record.copy) continue;
      const next = { ...record, copy };
      pending.set(change.entityId, next);
      renewed.set(change.entityId, next);
      continue;
    }
    const held = put.get(change.entityId) ?? shown.get(change.entityId);
    const row = pulledRow(change);
    if (row === null && !isBehind(change, held?.updatedAt ?? null)) {
      put.delete(change.entityId);
      removed.add(change.entityId);
    } else if (row !== null && (held?.updatedAt == null || row.updatedAt === null || row.updatedAt > held.updatedAt)) {
      removed.delete(change.entityId);
      put.set(change.entityId, row);
    }
  }
  if (renewed.size > 0) await storeRecords(local, entityName, [...renewed.values()]);
  await rows.bulkDelete([...removed]);
  await rows.bulkPut([...put.values()]);
}

/**
 * The visible rows that the changes may be older than. Mostly there are none, because every row here is older than the whole page,
 * and looking each of them up would take as long as storing them.
 */
async function readShown(rows: Table<Row, string>, changes: readonly IncomingChange[]): Promise<Map<string, Row>> {
  const newest = (await rows.orderBy('updatedAt').last())?.updatedAt ?? '';
  if (changes.every(({ updatedAt }) => updatedAt > newest)) return new Map();
  const found = await rows.bulkGet(changes.map(({ entityId }) => entityId));
  return new Map(found.flatMap((row) => (row ? [[row.id, row] as const] : [])));
}

/** The row that an upsert brings; `null` for what ends in no row. */
export function pulledRow({ op, entityId, updatedAt, payload }: IncomingChange): Row | null {
  if (op === 'delete' || payload === null) return null;
  const record = readWireRecord(entityId, { ...payload, updatedAt });
  return record === null || record.deleted ? null : record.row;
}

/** The copy under a record's pending edits: replaced as a whole, never mixed, and never by an older one. */
function pulledCopy(held: ServerCopy, change: IncomingChange): ServerCopy {
  const { updatedAt } = change;
  const row = pulledRow(change);
  if (row !== null) {
    const known =
      held.updatedAt !== null &&
      (updatedAt < held.updatedAt || (updatedAt === held.updatedAt && held.presence === 'live'));
    return known ? held : { ...held, updatedAt, values: row, presence: 'live' };
  }
  if (isBehind(change, held.updatedAt)) return held;
  return change.reason === 'scope' ? hiddenCopy({ ...held, updatedAt }) : { ...held, updatedAt, presence: 'gone' };
}

/** What is kept under the edits of a record that is out of scope: its version, and no value that an app could read. */
export function hiddenCopy(copy: ServerCopy): ServerCopy {
  return { ...copy, values: null, presence: 'hidden' };
}

/** A delete at the version that is held says that the record may not be shown any more; only an older one is stale. */
function isBehind({ updatedAt }: IncomingChange, held: string | null): boolean {
  return held !== null && updatedAt < held;
}
