import type { RecordId } from '@backhaul/shared';
import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';
import { TASK_LINES } from './line-items.ts';
import { readChargesTo } from './read-charges.ts';

export interface PeriodTasksQuery {
  readonly kind: string;
  /** Both days included. */
  readonly from: string;
  readonly to: string;
  /** Left out: of whomever. */
  readonly clientId?: RecordId | undefined;
  readonly employeeId?: RecordId | undefined;
}

export interface PeriodTask {
  readonly taskId: RecordId;
  /** Of a line that names it. */
  readonly description: string;
}

/**
 * The tasks that several live entries of a kind name, one of them of a period that overlaps this one, wherever the tasks
 * themselves have been moved to. Exact, as `findChargedTasks` is.
 */
export async function findTasksNamedTwice(
  tx: TenantTx,
  { kind, from, to, clientId, employeeId }: PeriodTasksQuery,
): Promise<PeriodTask[]> {
  const readTo = await readChargesTo(tx);
  const { rows } = await sql<PeriodTask>`
    with live as materialized (
      select e.id, e.updated_at,
        (e.period_start <= ${to}::date and e.period_end >= ${from}::date
          ${clientId === undefined ? sql`` : sql`and e.client_id = ${clientId}`}
          ${employeeId === undefined ? sql`` : sql`and e.employee_id = ${employeeId}`}) is true as is_asked
      from finance_entries e where e.tenant_id = ${tx.tenantId} and e.kind = ${kind} and e.deleted_at is null
    ), unread as materialized (
      select (item->>'taskId')::uuid as task_id, e.id as entry_id, live.is_asked from finance_entries e
        join live on live.id = e.id
        cross join lateral ${TASK_LINES} named
      where e.tenant_id = ${tx.tenantId} ${readTo === null ? sql`` : sql`and e.updated_at > ${readTo}::timestamptz`}
    ), asked as materialized (
      select c.task_id, c.entry_id from live
        join charged_tasks c on c.tenant_id = ${tx.tenantId} and c.entry_id = live.id and c.version = live.updated_at
      where live.is_asked
      union all
      select task_id, entry_id from unread where is_asked
    ), twice as (
      select asked.task_id, asked.entry_id from asked
        join charged_tasks c
          on c.tenant_id = ${tx.tenantId} and c.task_id = asked.task_id and c.entry_id <> asked.entry_id
        join live on live.id = c.entry_id and live.updated_at = c.version
      union
      select asked.task_id, asked.entry_id from asked
        join unread on unread.task_id = asked.task_id and unread.entry_id <> asked.entry_id
    )
    select twice.task_id as "taskId", min(item->>'description') as description
    from twice
      join finance_entries e on e.tenant_id = ${tx.tenantId} and e.id = twice.entry_id
      cross join lateral ${TASK_LINES} named
    where (item->>'taskId')::uuid = twice.task_id
    group by 1 order by 1
  `.execute(tx.db);
  return rows;
}
