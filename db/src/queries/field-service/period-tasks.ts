import type { RecordId } from '@backhaul/shared';
import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';
import { TASK_LINES } from './line-items.ts';

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

/** The tasks that live entries of a kind name whose period overlaps this one, wherever the tasks themselves have been moved to. */
export async function findPeriodTasks(
  tx: TenantTx,
  { kind, from, to, clientId, employeeId }: PeriodTasksQuery,
): Promise<PeriodTask[]> {
  const { rows } = await sql<PeriodTask>`
    select (item->>'taskId')::uuid as "taskId", min(item->>'description') as description
    from finance_entries e
      cross join lateral ${TASK_LINES} named
    where e.tenant_id = ${tx.tenantId} and e.kind = ${kind} and e.deleted_at is null
      and e.period_start <= ${to}::date and e.period_end >= ${from}::date
      ${clientId === undefined ? sql`` : sql`and e.client_id = ${clientId}`}
      ${employeeId === undefined ? sql`` : sql`and e.employee_id = ${employeeId}`}
    group by 1 order by 1
  `.execute(tx.db);
  return rows;
}
