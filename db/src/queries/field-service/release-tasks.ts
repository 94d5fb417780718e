import type { RecordId, UserId } from '@backhaul/shared';
import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';
import { findChargedTasks } from './charged-tasks.ts';

/**
 * Somebody's word that these tasks are to be charged once more, although entries of the kind did that are gone. It counts for
 * those entries as they are now: one that comes back, and goes once more, has its tasks again.
 */
export async function releaseTasks(
  tx: TenantTx,
  { kind, taskIds, userId }: { readonly kind: string; readonly taskIds: readonly RecordId[]; readonly userId: UserId },
): Promise<void> {
  const gone = (await findChargedTasks(tx, { kind, taskIds })).filter(({ standing }) => standing === 'gone');
  if (gone.length === 0) return;
  await sql`
    insert into billed_again (tenant_id, task_id, entry_id, version, user_id)
    select e.tenant_id, gone.task_id, e.id, e.updated_at, ${userId}
    from unnest(${gone.map(({ taskId }) => taskId)}::uuid[], ${gone.map(({ entryId }) => entryId)}::uuid[])
        as gone(task_id, entry_id)
      join finance_entries e on e.tenant_id = ${tx.tenantId} and e.id = gone.entry_id
    on conflict (tenant_id, task_id, entry_id) do update set version = excluded.version, user_id = excluded.user_id
  `.execute(tx.db);
}
