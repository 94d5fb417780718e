import type { Cursor } from '@backhaul/shared';
import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';
import { TASK_LINES } from './line-items.ts';

/** Entries that one call reads at most, each with up to 500 lines: the tenant's clock may be locked meanwhile. */
const ENTRIES = 200;

/** Up to which version the tasks of entries are in the look-up table. `null`: from no version on. */
export async function readChargesTo(tx: TenantTx): Promise<Cursor | null> {
  const row = await tx.db
    .selectFrom('charge_readings')
    .select('read_to')
    .where('tenant_id', '=', tx.tenantId)
    .executeTakeFirst();
  return row?.read_to ?? null;
}

/**
 * Reads the tasks of entries that were written since the last call into the look-up table, the oldest first. Versions are
 * committed in their order, so nothing older than what is read can still appear. Run under the tenant clock's lock, so that
 * no two do it at once. What is left over, and rows of entries that have changed since, does no harm: see `findChargedTasks`.
 * Answers how many it read: 0 when nothing is left.
 */
export async function readCharges(tx: TenantTx): Promise<number> {
  const readTo = await readChargesTo(tx);
  const { rows } = await sql<{ readonly last: Cursor | null; readonly count: number }>`
    with news as (
      select id, updated_at, line_items from finance_entries
      where tenant_id = ${tx.tenantId} and ${readTo === null ? sql`true` : sql`updated_at > ${readTo}::timestamptz`}
      order by updated_at limit ${ENTRIES}
    ), named as (
      insert into charged_tasks (tenant_id, task_id, entry_id, version)
      select distinct ${tx.tenantId}::uuid, (item->>'taskId')::uuid, e.id, e.updated_at
      from news e cross join lateral ${TASK_LINES} named
      on conflict (tenant_id, task_id, entry_id) do update set version = excluded.version
    )
    select max(updated_at) as last, count(*)::int as count from news
  `.execute(tx.db);
  const { last, count } = rows[0] ?? { last: null, count: 0 };
  if (last === null) return 0;
  await tx.db
    .insertInto('charge_readings')
    .values({ tenant_id: tx.tenantId, read_to: last })
    .onConflict((conflict) => conflict.column('tenant_id').doUpdateSet({ read_to: last }))
    .execute();
  return count;
}
