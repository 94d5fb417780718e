import type { RecordId } from '@backhaul/shared';
import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';
import { IS_DRAFT } from './draft-condition.ts';
import { TASK_LINES } from './line-items.ts';
import { readChargesTo } from './read-charges.ts';

export interface ChargedTask {
  readonly taskId: RecordId;
  readonly entryId: RecordId;
  /** `gone`: the entry was issued, is deleted or no longer of the kind, and nobody has said to charge the task once more. */
  readonly standing: 'issued' | 'draft' | 'gone';
  readonly number: string | null;
}

/**
 * Which of these tasks a line of an entry of this kind names: the tasks that are charged, or paid, already. A task comes with
 * each entry that has it, first the one that counts: what was issued before drafts, and what was made later before the older;
 * last those that are gone. Exact in any transaction, whether the look-up table has been brought up to date or not.
 */
export async function findChargedTasks(
  tx: TenantTx,
  { kind, taskIds }: { readonly kind: string; readonly taskIds: readonly RecordId[] },
): Promise<ChargedTask[]> {
  if (taskIds.length === 0) return [];
  const readTo = await readChargesTo(tx);
  const { rows } = await sql<ChargedTask>`
    with held as (
      select c.task_id, c.entry_id from charged_tasks c
        join finance_entries e on e.tenant_id = c.tenant_id and e.id = c.entry_id and e.updated_at = c.version
      where c.tenant_id = ${tx.tenantId} and c.task_id = any(${taskIds}::uuid[])
      union
      select (item->>'taskId')::uuid, e.id from finance_entries e
        cross join lateral ${TASK_LINES} named
      where e.tenant_id = ${tx.tenantId}
        ${readTo === null ? sql`` : sql`and e.updated_at > ${readTo}::timestamptz`}
        and lower(item->>'taskId') = any(${taskIds}::text[])
    ), found as (
      select held.task_id, e.id, e.created_at, d.number,
        case
          when e.deleted_at is null and e.kind = ${kind} then case when ${IS_DRAFT} then 'draft' else 'issued' end
          when exists (
            select 1 from billed_again b
            where b.tenant_id = ${tx.tenantId} and b.task_id = held.task_id and b.entry_id = e.id
              and b.version = e.updated_at) then null
          when e.kind = ${kind} and not ${IS_DRAFT} then 'gone'
          when ${kind} = 'invoiceClient' and d.number is not null then 'gone'
        end as standing
      from held
        join finance_entries e on e.tenant_id = ${tx.tenantId} and e.id = held.entry_id
        left join document_numbers d
          on d.tenant_id = ${tx.tenantId} and d.entity = 'finance_entry' and d.entity_id = e.id
    )
    select task_id as "taskId", id as "entryId", standing, number from found where standing is not null
    order by array_position(array['issued', 'draft', 'gone'], standing), created_at desc, id desc
  `.execute(tx.db);
  return rows;
}
