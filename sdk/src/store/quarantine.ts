import { parseRecordId } from '@backhaul/shared';
import { Dexie, type Table } from 'dexie';
import type { ResolvedOptions } from '../options.ts';
import { engineTransaction, type LocalDatabase } from './local-database.ts';
import { firstMemory } from './open-memory.ts';
import { type StoredRecord, storeRecords } from './record-store.ts';
import type { OutboxChange, Recovery, RejectedChange, ServerCopy, SyncMemory } from './rows.ts';
import { ESCROW, MEMORY, OUTBOX, REJECTED } from './schema.ts';
import { storageError } from './storage-error.ts';

/** A database that was put aside: all that it held of the user's work, as it was. Kept for good. */
interface Quarantined {
  readonly id: string;
  readonly database: string;
  readonly reason: 'corrupt' | 'downgraded';
  /** ISO-8601 UTC. */
  readonly at: string;
  readonly rows: { readonly [store: string]: readonly unknown[] };
  /** `owed`: the new database does not have it yet. */
  readonly state: 'owed' | 'restored';
}

const SAVED = [OUTBOX, REJECTED, ESCROW, MEMORY];

/**
 * Saves what can be read of a broken database and deletes it. What can not even be opened is left alone: nobody knows what is in
 * it. A crash in between leaves it, or what was saved.
 */
export async function quarantine(
  options: ResolvedOptions,
  reason: Quarantined['reason'],
  because: unknown,
): Promise<void> {
  const { databaseName: database, indexedDB, newId, now } = options;
  const source = await done(indexedDB.open(database)).catch(() => Promise.reject(storageError(because)));
  const rows = Object.fromEntries(
    await Promise.all(
      SAVED.filter((store) => source.objectStoreNames.contains(store)).map(
        async (store) => [store, await readAll(source, store)] as const,
      ),
    ),
  );
  source.close();
  const at = new Date(now()).toISOString();
  await withWard(options, (ward) => ward.put({ id: newId(), database, reason, at, rows, state: 'owed' }));
  await done(indexedDB.deleteDatabase(database));
}

/** Brings what was saved of this database into the new one, once. The next pull brings the rest. */
export async function restoreQuarantined(local: LocalDatabase, options: ResolvedOptions): Promise<void> {
  const known = await options.indexedDB.databases?.().catch(() => null);
  if (!known?.some(({ name }) => name === wardName(options))) return;
  await withWard(options, async (ward) => {
    const owed = (await ward.toArray()).filter(
      ({ database, state }) => database === options.databaseName && state === 'owed',
    );
    for (const one of owed) {
      await restore(local, one, options);
      await ward.put({ ...one, state: 'restored' });
    }
  });
}

function restore(local: LocalDatabase, { rows, reason, at }: Quarantined, options: ResolvedOptions): Promise<void> {
  const [memory] = (rows[MEMORY] ?? []) as Partial<SyncMemory>[];
  const changes = readable<OutboxChange>(rows[OUTBOX], (change) => Number.isInteger(change.seq));
  const rejected = readable<RejectedChange>(rows[REJECTED], ({ code, at: when }) => `${code}${when}` !== '');
  const all = (rows[OUTBOX]?.length ?? 0) + (rows[REJECTED]?.length ?? 0);
  const saved = changes.length + rejected.length;
  const recovery: Recovery = { reason, at, saved, lost: all - saved };
  return engineTransaction(local, async (tx) => {
    const deviceId = parseRecordId(memory?.deviceId) ?? options.newId();
    await tx.memory.put({ ...firstMemory(deviceId, local.declaration), recovery });
    await tx.outbox.bulkPut(changes.map((change) => ({ ...change, held: null })));
    await tx.rejected.bulkPut(rejected);
    await tx.escrow.bulkPut((rows[ESCROW] ?? []) as never[]);
    for (const [entity, own] of Map.groupBy(changes, (change) => change.entity)) {
      const records = [...Map.groupBy(own, ({ entityId }) => entityId).values()];
      await storeRecords(tx, entity, records.map(unknownRecord));
    }
  });
}

/**
 * Nothing is known of the record but what its first change was made on. One that the server had is shown again with what the
 * next pull brings, one that was created here at once.
 */
function unknownRecord(pending: OutboxChange[]): StoredRecord {
  const [{ entity, entityId, baseUpdatedAt }] = pending as [OutboxChange];
  const presence = baseUpdatedAt === null ? 'live' : 'hidden';
  const copy: ServerCopy = { entity, entityId, updatedAt: baseUpdatedAt, values: null, presence };
  return { entity, entityId, copy, pending };
}

/** Changes that could be sent; whatever else a broken store, or another format, has in their place stays in quarantine. */
function readable<Change extends OutboxChange | RejectedChange>(
  rows: readonly unknown[] = [],
  isWhole: (change: Change) => boolean,
): Change[] {
  return rows.filter((row): row is Change => {
    const { changeId, op, entity, entityId, clientUpdatedAt, payload } = (row ?? {}) as Partial<OutboxChange>;
    const isNamed = parseRecordId(changeId) !== null && typeof entity === 'string' && parseRecordId(entityId) !== null;
    const isEdit = (op === 'delete' || op === 'upsert') && typeof payload === 'object' && payload !== null;
    return isNamed && isEdit && typeof clientUpdatedAt === 'string' && isWhole(row as Change);
  });
}

const wardName = ({ vaultName }: ResolvedOptions): string => `${vaultName}:quarantine`;

async function withWard<T>(
  options: ResolvedOptions,
  work: (ward: Table<Quarantined, string>) => PromiseLike<T>,
): Promise<T> {
  const { indexedDB, IDBKeyRange } = options;
  const name = wardName(options);
  const dexie = new Dexie(name, { indexedDB, IDBKeyRange, cache: 'disabled', chromeTransactionDurability: 'strict' });
  dexie.version(1).stores({ stores: 'id' });
  try {
    return await work(dexie.table('stores'));
  } finally {
    dexie.close();
  }
}

/** Everything up to the first that can not be read. */
function readAll(source: IDBDatabase, store: string): Promise<unknown[]> {
  return new Promise((resolve) => {
    const rows: unknown[] = [];
    const request = source.transaction(store).objectStore(store).openCursor();
    request.addEventListener('error', () => resolve(rows));
    request.addEventListener('success', () => {
      const { result: cursor } = request;
      if (cursor === null) return resolve(rows);
      rows.push(cursor.value);
      cursor.continue();
    });
  });
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(storageError(request.error)));
  });
}
