import type { Cursor } from '@backhaul/shared';
import { startClock, type TenantClock } from '@backhaul/shared/engine';
import { sql } from 'kysely';
import type { TenantTx } from './tenant-tx.ts';

/**
 * Waits for the tenant's other writers and keeps them waiting until this transaction ends: the first statement of every
 * write transaction, and whatever decides the write is read in later ones. `null`: no such tenant.
 */
export async function lockTenantClock(tx: TenantTx): Promise<TenantClock | null> {
  const row = await tx.db
    .selectFrom('tenant_clocks')
    .select(['clock', sql<Cursor>`clock_timestamp()`.as('now')])
    .where('tenant_id', '=', tx.tenantId)
    .forUpdate()
    .executeTakeFirst();
  return row ? startClock(row.clock, row.now) : null;
}

/** Stores the last version handed out, before the commit. No statement when there was none. */
export async function saveTenantClock(tx: TenantTx, clock: TenantClock): Promise<void> {
  if (!clock.used) return;
  await tx.db.updateTable('tenant_clocks').set({ clock: clock.current }).where('tenant_id', '=', tx.tenantId).execute();
  tx.savedClock = clock.current;
}
