import type { Json } from '@backhaul/shared';
import { Dexie, type Table, type Transaction } from 'dexie';
import { BackhaulError } from '../errors.ts';
import { type LocalDatabase, within } from '../store/local-database.ts';
import type { RejectedChange } from '../store/rows.ts';
import { markTransaction } from '../store/transaction-marks.ts';
import type { ReadOnlyTable } from '../store/read-only-table.ts';

/**
 * `db.rejected`: changes that the server refused, until somebody settles them. Live like any table. The methods reject
 * `IN_TRANSACTION` inside a transaction of the app.
 */
export interface RejectedChanges extends ReadOnlyTable<RejectedChange> {
  /**
   * Makes the change again on the record as it is now, with `edits` over its values, under a new id. Throws `NOT_FOUND` when
   * it has been settled before.
   */
  retry(changeId: string, edits?: { readonly [field: string]: Json }): Promise<void>;
  /** Gives the change up for good. */
  discard(changeId: string): Promise<void>;
}

export function rejectedChanges(local: LocalDatabase): RejectedChanges {
  return Object.assign(local.rejected, {
    retry: (changeId: string, edits: { readonly [field: string]: Json } = {}) => retry(local, changeId, edits),
    discard: (changeId: string) => discard(local, changeId),
  });
}

async function retry(local: LocalDatabase, changeId: string, edits: { readonly [field: string]: Json }): Promise<void> {
  refuseInTransaction(local);
  const { entity } = await find(local, changeId);
  await settlement(local, [local.rejected, local.rows(entity)], async (tx) => {
    const { op, entityId, payload } = await find(tx, changeId);
    const rows = tx.rows(entity);
    const values = { ...payload, ...edits };
    if (op === 'delete') await rows.delete(entityId);
    else if (await rows.get(entityId)) await rows.update(entityId, values);
    else await rows.add({ id: entityId, createdAt: null, updatedAt: null, ...values });
    await tx.rejected.delete(changeId);
  });
}

function discard(local: LocalDatabase, changeId: string): Promise<void> {
  return settlement(local, [local.rejected], (tx) => tx.rejected.delete(changeId));
}

async function find(local: LocalDatabase, changeId: string): Promise<RejectedChange> {
  const entry = await local.rejected.get(changeId);
  if (!entry) throw new BackhaulError('NOT_FOUND', 'This rejection has been settled', { changeId });
  return entry;
}

/** What is written to records here is queued like an app's own write. */
export async function settlement(
  local: LocalDatabase,
  tables: readonly Table[],
  work: (tx: LocalDatabase) => PromiseLike<unknown>,
): Promise<void> {
  refuseInTransaction(local);
  await Dexie.ignoreTransaction(() =>
    local.dexie.transaction('rw!', [...tables], async (transaction: Transaction) => {
      markTransaction(transaction, 'settlement');
      await work(within(local, transaction));
    }),
  );
}

/** The app's transaction would end while it waits for one that may itself wait for the app's. */
export function refuseInTransaction({ dexie }: LocalDatabase): void {
  // Dexie declares it as always there.
  const current: Transaction | null = Dexie.currentTransaction;
  if (current?.db === dexie) {
    throw new BackhaulError('IN_TRANSACTION', 'This has a transaction of its own: call it outside the app’s');
  }
}
