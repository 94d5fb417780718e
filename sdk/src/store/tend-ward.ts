import { parseRecordId } from '@backhaul/shared';
import type { Table } from 'dexie';
import { KEPT_DAYS, withDay } from '../escrow/lapse.ts';
import type { ResolvedOptions } from '../options.ts';
import { checkMemory } from './broken-store.ts';
import { engineTransaction, type LocalDatabase } from './local-database.ts';
import { firstMemory } from './open-memory.ts';
import { type StoredRecord, storeRecords } from './record-store.ts';
import {
  MEMORY_KEY,
  type OutboxChange,
  type Recovery,
  type RejectedChange,
  type ServerCopy,
  type SyncMemory,
} from './rows.ts';
import { ESCROW, FILES, MEMORY, OUTBOX, REJECTED, SENDS } from './schema.ts';
import { type Quarantined, withWard } from './ward.ts';

/**
 * Restores what is owed to this database and drops it here at once; the next pull brings the rest. What no version could send is
 * kept for thirty days on which the app was used, and not for somebody who lost the right to it.
 */
export function tendWard(local: LocalDatabase, options: ResolvedOptions): Promise<void> {
  const isOwn = ({ database }: Quarantined): boolean => database === options.databaseName;
  return withWard(options, async (ward) => {
    const owed = (await ward.toArray()).filter((one) => isOwn(one) && one.state === 'owed');
    const memory = await restore(
      local,
      owed.sort((a, b) => (a.at < b.at ? -1 : 1)),
      options,
    );
    // In one transaction with what it reads: another tab may be at it, too.
    await ward.toCollection().modify((one, kept) => {
      const isRestored = memory?.restored?.includes(one.id) ?? false;
      const left = isOwn(one) && memory?.barred ? null : whatIsLeft(one, { isRestored, now: options.now() });
      if (left === one) return false;
      if (left) kept.value = left;
      else delete (kept as Partial<typeof kept>).value;
      return true;
    });
  });
}

/** The same object if nothing has changed; `null`: nothing, or it was kept for long enough. */
function whatIsLeft(
  one: Quarantined,
  { isRestored, now }: { readonly isRestored: boolean; readonly now: number },
): Quarantined | null {
  const { days: known = [], state } = one;
  const days = withDay(known, now);
  if (days.length > KEPT_DAYS) return null;
  const seen = days === known ? one : { ...one, days };
  if (!isRestored && state === 'owed') return seen;
  const useless = (store: string): unknown[] => of(one, store).filter((row) => !isWholeIn(store)(row));
  const rows = { [OUTBOX]: useless(OUTBOX), [REJECTED]: useless(REJECTED) };
  const left = Object.values(rows).flat().length;
  if (left === 0) return null;
  const isKnown = state === 'restored' && left === Object.values(one.rows).flat().length;
  return isKnown ? seen : { ...seen, rows, state: 'restored' };
}

/**
 * Into a database that has no memory yet; of two tabs, one finds it new. After a crash in the middle of `quarantine` the broken one
 * may be there still: then this throws, and it is saved once more. Answers the memory.
 */
function restore(
  local: LocalDatabase,
  owed: readonly Quarantined[],
  options: ResolvedOptions,
): Promise<SyncMemory | undefined> {
  return engineTransaction(local, async (tx) => {
    const known = await tx.memory.get(MEMORY_KEY);
    if (known) checkMemory(known);
    const last = owed.at(-1);
    if (known || !last) return known;
    const all = (store: string): readonly unknown[] => owed.flatMap((one) => of(one, store));
    const changes = once(all(OUTBOX).filter(isWholeIn<OutboxChange>(OUTBOX)));
    const rejected = once(all(REJECTED).filter(isWholeIn<RejectedChange>(REJECTED)));
    const ids = (all(MEMORY) as Partial<SyncMemory>[]).map(({ deviceId }) => parseRecordId(deviceId));
    const memory: SyncMemory = {
      ...firstMemory(ids.findLast((id) => id !== null) ?? options.newId(), local.declaration),
      restored: owed.map(({ id }) => id),
      recovery: recoveryOf(owed, last, changes.length + rejected.length),
      lostFiles: Math.max(...owed.map((one) => unreadableIn(one, FILES) + lostBefore(one).files)),
      lostSends: Math.max(...owed.map((one) => unreadableIn(one, SENDS) + lostBefore(one).sends)),
    };
    await tx.memory.put(memory);
    await tx.outbox.bulkPut(changes.map((change) => ({ ...change, held: null })));
    await tx.rejected.bulkPut(rejected);
    const whole: readonly Table<unknown>[] = [tx.escrow, tx.sends, tx.files, tx.bytes];
    for (const table of whole) await table.bulkPut(all(table.name));
    for (const pending of Map.groupBy(changes, recordOf).values()) {
      const record = unknownRecord(pending);
      await storeRecords(tx, record.entity, [record]);
    }
    return memory;
  });
}

/** Of one database that was saved twice, the fuller time tells how much there was. */
function recoveryOf(owed: readonly Quarantined[], { reason, at }: Quarantined, saved: number): Recovery {
  const isLeast = owed.some((one) => one.isUncounted || lostBefore(one).isLeast);
  const before = Math.max(...owed.map((one) => lostBefore(one).changes));
  const known = owed.map(
    (one) =>
      of(one, OUTBOX).length +
      of(one, REJECTED).length +
      [OUTBOX, REJECTED, ESCROW].reduce((sum, store) => sum + unreadableIn(one, store), 0),
  );
  return { reason, at, saved, lost: before + Math.max(...known) - saved, ...(isLeast ? { isLeast } : {}) };
}

/** What its memory counts, as far as that is one. */
function lostBefore(one: Quarantined) {
  const [memory] = of(one, MEMORY) as readonly Partial<SyncMemory>[];
  const { recovery, lostFiles, lostSends } = memory ?? {};
  const count = (known: unknown): number => (typeof known === 'number' ? known : 0);
  return {
    changes: count(recovery?.lost),
    isLeast: recovery?.isLeast ?? false,
    files: count(lostFiles),
    sends: count(lostSends),
  };
}

const of = ({ rows }: Quarantined, store: string): readonly unknown[] => rows[store] ?? [];

function unreadableIn({ unreadable = 0 }: Quarantined, store: string): number {
  if (typeof unreadable === 'number') return store === OUTBOX ? unreadable : 0;
  return unreadable[store] ?? 0;
}

const once = <Change extends { readonly changeId: string }>(changes: readonly Change[]): Change[] => [
  ...new Map(changes.map((change) => [change.changeId, change])).values(),
];

const recordOf = ({ entity, entityId }: OutboxChange): string => `${entity}/${entityId}`;

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

/** A change that could be sent; whatever else a broken store, or another format, has in its place stays in quarantine. */
function isWholeIn<Change extends OutboxChange | RejectedChange>(store: string) {
  const own = store === OUTBOX ? 'seq' : 'code';
  return (row: unknown): row is Change => {
    const { changeId, op, entity, entityId, clientUpdatedAt, payload } = (row ?? {}) as Partial<OutboxChange>;
    return (
      parseRecordId(changeId) !== null &&
      parseRecordId(entityId) !== null &&
      (op === 'delete' || op === 'upsert') &&
      Boolean(entity && clientUpdatedAt && payload && (row as { readonly [key: string]: unknown })[own])
    );
  };
}
