import { BackhaulError } from '../errors.ts';
import { namedBy } from '../outbox/named-records.ts';
import { planUndo, type UndoPlan } from '../outbox/plan-undo.ts';
import { refuseInTransaction } from '../rejected/rejected-changes.ts';
import { engineTransaction, type LocalDatabase } from '../store/local-database.ts';
import type { ReadOnlyTable } from '../store/read-only-table.ts';
import { readPendingRecords, storeRecords } from '../store/record-store.ts';
import type { OutboxChange } from '../store/rows.ts';

/** A change that the server has not acknowledged. Edits of one record that were made one after the other may be one change. */
export type PendingChange = Pick<
  OutboxChange,
  'changeId' | 'op' | 'entity' | 'entityId' | 'payload' | 'clientUpdatedAt' | 'state' | 'held'
>;

/** `db.pending`: what waits to be sent, in the order of the edits. Live like any table. */
export interface PendingChanges extends ReadOnlyTable<PendingChange, number> {
  /**
   * Takes a change back that has not left this device: the record shows what it showed before, under what else is pending of
   * it. `fields`: only these of an edit's. With a creation goes everything that was done to the new record.
   *
   * Rejects `ALREADY_SENT` for a change that may have left the device, `STILL_NAMED` for a new record that other pending
   * changes refer to, `NOT_FOUND` for one that is not pending, `IN_TRANSACTION` inside a transaction of the app.
   */
  undo(changeId: string, options?: { readonly fields?: readonly string[] }): Promise<void>;
}

export function pendingChanges(local: LocalDatabase): PendingChanges {
  return Object.assign(local.outbox, {
    async undo(changeId: string, { fields }: { readonly fields?: readonly string[] } = {}) {
      refuseInTransaction(local);
      await engineTransaction(local, (tx) => undo(tx, changeId, fields ?? null));
    },
  });
}

async function undo(tx: LocalDatabase, changeId: string, fields: readonly string[] | null): Promise<void> {
  const all = await tx.outbox.toArray();
  const found = all.find((change) => change.changeId === changeId);
  const { entity = '', entityId = '' } = found ?? {};
  const record = (await readPendingRecords(tx, entity, [entityId])).get(entityId);
  const change = record?.pending.find((pending) => pending.changeId === changeId);
  if (!record || !change) throw new BackhaulError('NOT_FOUND', 'This change is not pending', { changeId });
  const plan = planUndo(record, change, { fields, isNamed: namedBy(all).has(entityId) });
  if (plan.kind !== 'planned') throw refusal(plan, changeId);
  const kept = new Map(plan.record.pending.map((pending) => [pending.seq, pending]));
  await tx.outbox.bulkDelete(record.pending.map(({ seq }) => seq).filter((seq) => !kept.has(seq)));
  await tx.outbox.bulkPut([...kept.values()].filter((pending) => !record.pending.includes(pending)));
  await storeRecords(tx, entity, [plan.record]);
}

function refusal({ kind }: Exclude<UndoPlan, { kind: 'planned' }>, changeId: string): BackhaulError {
  return kind === 'sent'
    ? new BackhaulError('ALREADY_SENT', 'This change may have left the device', { changeId })
    : new BackhaulError('STILL_NAMED', 'Other pending changes refer to the new record', { changeId });
}
