import { findChargedTasks, readCharges, type TenantTx } from '@backhaul/db';
import { parseRecordId, type RecordId } from '@backhaul/shared';
import { ApiError } from '../../../http/api-error.ts';
import type { Issue } from '../../../notifications/sendable.ts';
import { INVOICES } from './entry-kinds.ts';
import type { EntryLine } from './entry-plan.ts';

interface Taken {
  readonly taskId: RecordId;
  readonly entryId: RecordId;
  readonly gone?: boolean;
}

/**
 * Before an invoice is issued, under the tenant clock's lock: throws ALREADY_BILLED where another one that was issued charges a
 * task of it, or where it has one twice itself. Drafts do not count: whichever of two is issued first has the task. One that is
 * gone does (`gone: true`), until a generation names the task in `billAgain`.
 */
export async function refuseBilledTwice(tx: TenantTx, { id, record: { lineItems }, yields }: Issue): Promise<void> {
  const lines = Array.isArray(lineItems) ? (lineItems as unknown as readonly EntryLine[]) : [];
  const taskIds = lines.flatMap(({ taskId }) => parseRecordId(taskId) ?? []);
  if (taskIds.length === 0) return;
  // Only whoever may yield looks at it without the lock.
  if (!yields) await readCharges(tx);
  const charged = await findChargedTasks(tx, { kind: INVOICES.kind, taskIds });
  const tasks: Taken[] = taskIds
    .filter((task, at) => taskIds.indexOf(task) < at)
    .map((taskId) => ({ taskId, entryId: id }));
  for (const { taskId, entryId, standing } of charged) {
    if (entryId === id || standing === 'draft' || (await yields?.(entryId))) continue;
    tasks.push({ taskId, entryId, ...(standing === 'gone' && { gone: true }) });
  }
  if (tasks.length > 0) throw new ApiError('ALREADY_BILLED', { details: { tasks } });
}
