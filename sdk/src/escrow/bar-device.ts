import type { EscrowReason } from '@backhaul/shared';
import { forgetFiles } from '../attachments/file-store.ts';
import { engineTransaction, type LocalDatabase, readMemory, updateMemory } from '../store/local-database.ts';
import type { EscrowedWork, SyncMemory } from '../store/rows.ts';
import { clearUndeclaredStores } from '../store/undeclared-stores.ts';

/** Whose work it is, for as long as it is kept apart from the database that it was typed in. */
export type WorkOwner = Pick<EscrowedWork, 'tenantId' | 'userId'>;

export interface Bar {
  readonly reason: EscrowReason;
  readonly owner: WorkOwner;
  /** Of the work that is set aside. */
  readonly id: string;
  /** ISO-8601 UTC, the device's clock. */
  readonly at: string;
}

/**
 * What a device does at once when it may not work in a tenant any more, in one transaction for all that this app declares: every record, copy, conflict and
 * rejection is gone from sight, and nothing more is written. Work that was not acknowledged is set aside where no app can read
 * it, to be handed over. A tenant that this device never had anything of has nothing to hide: then nothing happens. Answers whether the device is barred.
 */
export async function barDevice(local: LocalDatabase, bar: Bar): Promise<boolean> {
  const isBarred = await engineTransaction(local, async (tx) => {
    const memory = await readMemory(tx);
    if (memory.barred === bar.reason) return true;
    const isKnown = memory.barred !== null || bar.reason === 'revoked' || hasSynced(memory);
    if (isKnown) await setAsideEverything(tx, bar);
    return isKnown;
  });
  if (isBarred) await clearUndeclaredStores(local);
  return isBarred;
}

/** Within an engine transaction. */
export async function setAsideEverything(tx: LocalDatabase, { reason, owner, id, at }: Bar): Promise<void> {
  const { deviceId } = await readMemory(tx);
  const changes = await tx.outbox.orderBy('seq').toArray();
  const rejected = await tx.rejected.orderBy('at').toArray();
  if (changes.length + rejected.length > 0) {
    await tx.escrow.put({ id, ...owner, deviceId, reason, setAsideAt: at, changes, rejected, ...UNTOUCHED });
  }
  for (const { entityName } of tx.stores) await tx.rows(entityName).clear();
  const sends = await tx.sends.count();
  const emptied = [tx.outbox, tx.copies, tx.staged, tx.rejected, tx.conflicts, tx.sends];
  for (const table of emptied) await table.clear();
  // Files are not handed over, which is for changes. Who may be let in again keeps theirs, and reads none until then.
  const lost = await forgetFiles(tx, reason === 'removed' || reason === 'disabled');
  const { lostFiles = 0, lostSends = 0 } = await readMemory(tx);
  await updateMemory(tx, {
    barred: reason,
    cursor: null,
    resync: null,
    lastPullAt: null,
    lostFiles: lostFiles + lost,
    // A message that nobody asks for any more is not sent weeks later, to a customer who may have been told otherwise.
    lostSends: lostSends + sends,
  });
}

const UNTOUCHED = { stuck: [], handedOver: 0, lapsed: 0, days: [] } as const;

function hasSynced({ cursor, resync, lastPushAt, lastPullAt }: SyncMemory): boolean {
  return cursor !== null || resync !== null || lastPushAt !== null || lastPullAt !== null;
}
