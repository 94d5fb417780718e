import { findChargedTasks, readCharges, type TenantTx } from '@backhaul/db';
import { parseRecordId } from '@backhaul/shared';
import { ApiError } from '../../../http/api-error.ts';
import type { Issue } from '../../../notifications/sendable.ts';
import { INVOICES } from './entry-kinds.ts';
import type { EntryLine } from './entry-plan.ts';

/**
 * Before an invoice is issued, under the tenant clock's lock: throws ALREADY_BILLED where a live one that was issued charges a task
 * of it, or where it has one twice itself. Drafts do not count: whichever of two is issued first has the task. Nor do those
 * that are gone: whoever put the task on this one again was told when it was generated.
 */
export async function refuseBilledTwice(tx: TenantTx, { id, record: { lineItems }, yields }: Issue): Promise<void> {
  const lines = Array.isArray(lineItems) ? (lineItems as unknown as readonly EntryLine[]) : [];
  const taskIds = lines.flatMap(({ taskId }) => parseRecordId(taskId) ?? []);
  if (taskIds.length === 0) return;
  // Only whoever may yield looks at it without the lock.
  if (!yields) await readCharges(tx);
  const charged = await findChargedTasks(tx, { kind: INVOICES.kind, taskIds });
  const tasks = taskIds.filter((task, at) => taskIds.indexOf(task) < at).map((taskId) => ({ taskId, entryId: id }));
  for (const { taskId, entryId, standing } of charged) {
    if (entryId !== id && standing === 'issued' && !(await yields?.(entryId))) tasks.push({ taskId, entryId });
  }
  if (tasks.length > 0) throw new ApiError('ALREADY_BILLED', { details: { tasks } });
}
