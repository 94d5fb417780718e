import type { BackhaulErrorCode } from '../errors.ts';
import {
  engineTransaction,
  type LocalDatabase,
  pageTransaction,
  type RecordKey,
  readMemory,
  updateMemory,
} from '../store/local-database.ts';
import { meetServer } from '../store/meet-server.ts';
import { readPendingRecords, recordKey, storeRecords, type StoredRecord } from '../store/record-store.ts';
import type { ResyncMemory, StagedCopy } from '../store/rows.ts';
import { afterReading } from '../store/schema-memory.ts';
import {
  hiddenCopy,
  type IncomingChange,
  isOver,
  pageMemory,
  type PulledPage,
  pulledRow,
  skippedEntities,
} from './apply-page.ts';

/**
 * Starts over: everything is pulled again into a store of its own while the app keeps what it has. The outbox stays. Also
 * what a resync does that is itself refused. `because`: the code of the refusal, if it was one.
 */
export function beginResync(local: LocalDatabase, because?: BackhaulErrorCode): Promise<void> {
  return engineTransaction(local, async (tx) => {
    const { resync } = await readMemory(tx);
    await tx.staged.clear();
    const scopeChanged = because === 'RESYNC_REQUIRED' || resync?.scopeChanged === true;
    await updateMemory(tx, { resync: { cursor: null, scopeChanged } });
  });
}

/** Whether anything here has a version of the server, be it by a pull or by the answer to a push. */
export async function holdsAcceptedRecords(local: LocalDatabase): Promise<boolean> {
  if (await local.copies.filter(({ updatedAt }) => updatedAt !== null).first()) return true;
  for (const { entityName } of local.stores) {
    // Rows that the server has not accepted have no version, and so no place in the index.
    if ((await local.rows(entityName).where('updatedAt').above('').count()) > 0) return true;
  }
  return false;
}

/**
 * Stages a page; the last one puts the staged copies in place of all others and stores the cursor, in one transaction. After a
 * crash it goes on at the last page that was staged. Answers whether the page was.
 */
export function stagePage(local: LocalDatabase, page: PulledPage): Promise<boolean> {
  return pageTransaction(local, async (tx) => {
    const memory = await meetServer(tx, page.schemaVersion);
    const { resync, schema } = memory;
    if (resync === null || resync.cursor !== page.since || isOver(memory)) return false;
    if (page.since === null) await tx.staged.clear();
    await stageChanges(tx, page.changes);
    const before = (page.since === null ? null : resync.read) ?? NOTHING_READ;
    const read = afterReading(before, page.schemaVersion, skippedEntities(tx, page.changes));
    if (page.last) {
      await switchToStaged(tx, resync);
      const memory = { cursor: page.nextCursor, resync: null, schema: { ...schema, ...read } };
      await updateMemory(tx, { ...memory, ...pageMemory(page) });
    } else {
      await updateMemory(tx, { resync: { ...resync, cursor: page.nextCursor, read }, ...pageMemory(page) });
    }
    return true;
  });
}

/** The last of several changes of a record counts. */
async function stageChanges(tx: LocalDatabase, changes: readonly IncomingChange[]): Promise<void> {
  const known = changes.filter(({ entity }) => tx.entity(entity) !== null);
  const latest = new Map(known.map((change) => [`${change.entity}/${change.entityId}`, change]));
  const removed: RecordKey[] = [];
  const staged: StagedCopy[] = [];
  for (const change of latest.values()) {
    const { entity, entityId } = change;
    const row = pulledRow(change);
    if (row === null) removed.push(recordKey(entity, entityId));
    else staged.push({ entity, entityId, row });
  }
  await tx.staged.bulkDelete(removed);
  await tx.staged.bulkPut(staged);
}

const NOTHING_READ = { readUnder: null, skipped: [] };

async function switchToStaged(local: LocalDatabase, { scopeChanged = false }: ResyncMemory): Promise<void> {
  for (const { entityName } of local.stores) {
    await replacePending(local, entityName, scopeChanged);
    await replaceRows(local, entityName);
  }
  await local.staged.clear();
}

/**
 * Copies under pending edits. Versions are not compared: after a restored backup the older one is right. A record that the
 * server no longer shows may be deleted or out of scope. Where the scope has changed it is hidden, and its edits are judged
 * all the same; otherwise it was most likely deleted, and the user's edits stay visible.
 */
async function replacePending(local: LocalDatabase, entityName: string, scopeChanged: boolean): Promise<void> {
  const ids = (await local.copies.where('entity').equals(entityName).toArray()).map(({ entityId }) => entityId);
  const records = [...(await readPendingRecords(local, entityName, ids)).values()];
  const staged = await local.staged.bulkGet(records.map(({ entityId }) => recordKey(entityName, entityId)));
  const renewed = records.map((record, index): StoredRecord => {
    const { copy } = record;
    const row = staged[index]?.row;
    if (row) return { ...record, copy: { ...copy, updatedAt: row.updatedAt, values: row, presence: 'live' } };
    if (copy.updatedAt === null) return record;
    return { ...record, copy: scopeChanged ? hiddenCopy(copy) : { ...copy, presence: 'gone' } };
  });
  await storeRecords(local, entityName, renewed);
}

const CHUNK = 1_000;

/** All other rows: what is staged is shown, what is not is gone. */
async function replaceRows(local: LocalDatabase, entityName: string): Promise<void> {
  const rows = local.rows(entityName);
  const pending = new Set(
    (await local.copies.where('entity').equals(entityName).toArray()).map((copy) => copy.entityId),
  );
  const staged = new Set<string>();
  const all = local.staged.where('entity').equals(entityName);
  for (const key of await all.primaryKeys()) staged.add(key[1]);
  const shown = await rows.toCollection().primaryKeys();
  await rows.bulkDelete(shown.filter((id) => !staged.has(id) && !pending.has(id)));
  const wanted = [...staged].filter((id) => !pending.has(id));
  for (let start = 0; start < wanted.length; start += CHUNK) {
    const keys = wanted.slice(start, start + CHUNK).map((id) => recordKey(entityName, id));
    const copies = (await local.staged.bulkGet(keys)).filter((copy): copy is StagedCopy => copy !== undefined);
    await rows.bulkPut(copies.map(({ row }) => row));
  }
}
