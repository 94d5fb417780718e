import type { DBCoreTransaction, Transaction } from 'dexie';

/**
 * Who a transaction belongs to. Marked per IndexedDB transaction, never by a global flag: an app's write that runs at the
 * same time must still be queued.
 * - `engine`: writes rows as the server has them, nothing is queued;
 * - `settlement`: queues like an app's, and may also take a rejection or a conflict off its list.
 */
type Mark = 'engine' | 'settlement';

const marks = new WeakMap<object, Mark>();

export function markTransaction(transaction: Transaction, mark: Mark): void {
  marks.set(transaction.idbtrans, mark);
}

export function markOf(transaction: DBCoreTransaction): Mark | null {
  return marks.get(transaction) ?? null;
}
