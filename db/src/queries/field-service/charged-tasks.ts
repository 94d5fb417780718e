import type { RecordId } from '@backhaul/shared';
import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';

export interface ChargedTask {
  readonly taskId: RecordId;
  readonly entryId: RecordId;
}

/** Which of these tasks a line of a live entry of this kind names: the tasks that are charged, or paid, already. */
export async function findChargedTasks(
  tx: TenantTx,
  { kind, taskIds }: { readonly kind: string; readonly taskIds: readonly RecordId[] },
): Promise<ChargedTask[]> {
  const { rows } = await sql<ChargedTask>`
    select e.id as "entryId", lower(item->>'taskId') as "taskId"
    from finance_entries e
      cross join jsonb_array_elements(
        case when jsonb_typeof(e.line_items) = 'array' then e.line_items else '[]'::jsonb end) item
    where e.tenant_id = ${tx.tenantId} and e.kind = ${kind} and e.deleted_at is null
      and lower(item->>'taskId') = any(${taskIds}::text[])
    order by e.id
  `.execute(tx.db);
  return rows;
}
