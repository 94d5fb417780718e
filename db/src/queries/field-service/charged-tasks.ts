import type { RecordId } from '@backhaul/shared';
import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';
import { IS_DRAFT } from './draft-condition.ts';

export interface ChargedTask {
  readonly taskId: RecordId;
  readonly entryId: RecordId;
  readonly isDraft: boolean;
}

/**
 * Which of these tasks a line of a live entry of this kind names: the tasks that are charged, or paid, already. A task comes with
 * each entry that has it, first the one that counts: what was issued before drafts, and what was made later before the older.
 */
export async function findChargedTasks(
  tx: TenantTx,
  { kind, taskIds }: { readonly kind: string; readonly taskIds: readonly RecordId[] },
): Promise<ChargedTask[]> {
  const { rows } = await sql<ChargedTask>`
    select distinct e.id as "entryId", lower(item->>'taskId') as "taskId", ${IS_DRAFT} as "isDraft", e.created_at
    from finance_entries e
      cross join jsonb_array_elements(
        case when jsonb_typeof(e.line_items) = 'array' then e.line_items else '[]'::jsonb end) item
    where e.tenant_id = ${tx.tenantId} and e.kind = ${kind} and e.deleted_at is null
      and lower(item->>'taskId') = any(${taskIds}::text[])
    order by "isDraft", e.created_at desc, e.id desc
  `.execute(tx.db);
  return rows.map(({ taskId, entryId, isDraft }) => ({ taskId, entryId, isDraft }));
}
