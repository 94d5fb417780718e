import { engineTransaction, type LocalDatabase, updateMemory } from '../store/local-database.ts';

/**
 * What a revoked device does at once, in one transaction: every record, copy, conflict and rejection is gone from sight. Work
 * that was not acknowledged is set aside where no app can read it; it is not lost, and nothing sends it by itself.
 */
export function wipeDevice(local: LocalDatabase, work: { readonly id: string; readonly at: string }): Promise<void> {
  return engineTransaction(local, async () => {
    const changes = await local.outbox.orderBy('seq').toArray();
    const rejected = await local.rejected.toArray();
    if (changes.length + rejected.length > 0) {
      await local.escrow.put({ id: work.id, changes, rejected, setAsideAt: work.at });
    }
    for (const { entityName } of local.stores) await local.rows(entityName).clear();
    const emptied = [local.outbox, local.copies, local.staged, local.rejected, local.conflicts];
    for (const table of emptied) await table.clear();
    await updateMemory(local, { revoked: true, cursor: null, resync: null });
  });
}
