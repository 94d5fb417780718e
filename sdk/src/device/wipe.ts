import { engineTransaction, type LocalDatabase, updateMemory } from '../store/local-database.ts';
import { clearUndeclaredStores } from '../store/undeclared-stores.ts';

/**
 * What a revoked device does at once, in one transaction for all that this app declares: every record, copy, conflict and rejection is gone from sight. Work
 * that was not acknowledged is set aside where no app can read it; it is not lost, and nothing sends it by itself.
 */
export async function wipeDevice(
  local: LocalDatabase,
  work: { readonly id: string; readonly at: string },
): Promise<void> {
  await clearUndeclaredStores(local);
  await engineTransaction(local, async (tx) => {
    const changes = await tx.outbox.orderBy('seq').toArray();
    const rejected = await tx.rejected.toArray();
    if (changes.length + rejected.length > 0) {
      await tx.escrow.put({ id: work.id, changes, rejected, setAsideAt: work.at });
    }
    for (const { entityName } of tx.stores) await tx.rows(entityName).clear();
    const emptied = [tx.outbox, tx.copies, tx.staged, tx.rejected, tx.conflicts];
    for (const table of emptied) await table.clear();
    await updateMemory(tx, { revoked: true, cursor: null, resync: null });
  });
}
