import { findChargedTasks, type TenantTx } from '@backhaul/db';
import { parseRecordId } from '@backhaul/shared';
import { ApiError } from '../../../http/api-error.ts';
import type { Issue } from '../../../notifications/sendable.ts';
import { INVOICES } from './entry-kinds.ts';
import type { EntryLine } from './entry-plan.ts';

/**
 * Before an invoice is issued, under the tenant clock's lock: throws ALREADY_BILLED where a live one that was issued charges a task
 * of it, or where it has one twice itself. Drafts do not count: whichever of two is issued first has the task.
 */
export async function refuseBilledTwice(
  tx: TenantTx,
  { id, record: { lineItems }, yields = async () => false }: Issue,
): Promise<void> {
  const lines = Array.isArray(lineItems) ? (lineItems as unknown as readonly EntryLine[]) : [];
  const taskIds = lines.flatMap(({ taskId }) => parseRecordId(taskId) ?? []);
  if (taskIds.length === 0) return;
  const charged = await findChargedTasks(tx, { kind: INVOICES.kind, taskIds });
  const tasks = taskIds.filter((task, at) => taskIds.indexOf(task) < at).map((taskId) => ({ taskId, entryId: id }));
  for (const { taskId, entryId, isDraft } of charged) {
    if (entryId !== id && !isDraft && !(await yields(entryId))) tasks.push({ taskId, entryId });
  }
  if (tasks.length > 0) throw new ApiError('ALREADY_BILLED', { details: { tasks } });
}
