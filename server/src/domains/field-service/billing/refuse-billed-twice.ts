import { findChargedTasks, type TenantTx } from '@backhaul/db';
import { parseRecordId, type RecordId, type RecordValues } from '@backhaul/shared';
import { ApiError } from '../../../http/api-error.ts';
import { INVOICES } from './entry-kinds.ts';
import type { EntryLine } from './entry-plan.ts';

/**
 * Before an invoice is issued, under the tenant clock's lock: throws ALREADY_BILLED where a live one that was issued charges a task
 * of it. Drafts do not count: whichever of two is issued first has the task.
 */
export async function refuseBilledTwice(
  tx: TenantTx,
  { id, record: { lineItems } }: { readonly id: RecordId; readonly record: RecordValues },
): Promise<void> {
  const lines = Array.isArray(lineItems) ? (lineItems as unknown as readonly EntryLine[]) : [];
  const taskIds = lines.flatMap(({ taskId }) => parseRecordId(taskId) ?? []);
  if (taskIds.length === 0) return;
  const charged = await findChargedTasks(tx, { kind: INVOICES.kind, taskIds });
  const tasks = charged.filter(({ entryId, isDraft }) => entryId !== id && !isDraft);
  if (tasks.length === 0) return;
  throw new ApiError('ALREADY_BILLED', {
    details: { tasks: tasks.map(({ taskId, entryId }) => ({ taskId, entryId })) },
  });
}
