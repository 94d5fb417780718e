import type { RecordId } from '@backhaul/shared';
import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';

export interface TasksQuery {
  /** Both days included. */
  readonly from: string;
  readonly to: string;
  readonly clientId?: RecordId | undefined;
  readonly employeeId?: RecordId | undefined;
  readonly limit: number;
}

/** What was completed in a period, in the order of the days. */
export async function findCompletedTasks(
  tx: TenantTx,
  { from, to, clientId, employeeId, limit }: TasksQuery,
): Promise<RecordId[]> {
  const conditions = [
    sql`tenant_id = ${tx.tenantId}`,
    sql`deleted_at is null`,
    sql`status = 'completed'`,
    sql`date between ${from}::date and ${to}::date`,
    ...(clientId === undefined ? [] : [sql`client_id = ${clientId}`]),
    ...(employeeId === undefined ? [] : [sql`assigned_employee_id = ${employeeId}`]),
  ];
  const { rows } = await sql<{ id: RecordId }>`
    select id from tasks where ${sql.join(conditions, sql` and `)} order by date, id limit ${limit}
  `.execute(tx.db);
  return rows.map(({ id }) => id);
}
