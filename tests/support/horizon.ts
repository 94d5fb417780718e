import { withTenant } from '@backhaul/db';
import { purgeTenant, type PurgeLimits, type PurgeProgress } from '@backhaul/server/testing';
import { fieldService, parseTenantId, type TenantId } from '@backhaul/shared';
import type { World } from './sync-client.ts';

/** A world whose service made its own database: jobs need its owner. */
function ownerOf({ server }: World) {
  const { jobs } = server.services;
  if (!jobs) throw new Error('Purging needs the owner of the database');
  return jobs.owner;
}

const tenantOf = ({ tenantId }: World): TenantId => parseTenantId(tenantId) as TenantId;

/** Moves the tenant's clock on: every version so far is that much older, and the next one is later by it. */
export async function daysPass(world: World, days: number): Promise<void> {
  await withTenant(ownerOf(world), tenantOf(world), async ({ db, tenantId }) => {
    const { clock } = await db
      .selectFrom('tenant_clocks')
      .select('clock')
      .where('tenant_id', '=', tenantId)
      .forUpdate()
      .executeTakeFirstOrThrow();
    const later = new Date(Math.max(Date.parse(clock), Date.now()) + days * 86_400_000).toISOString();
    await db
      .updateTable('tenant_clocks')
      .set({ clock: `${later.slice(0, -1)}000Z` as typeof clock })
      .where('tenant_id', '=', tenantId)
      .execute();
  });
}

/** As one job of the nightly purge does it, with the tenant's own horizon. */
export function purgeJob(world: World, limits: PurgeLimits, from: PurgeProgress | null = null) {
  return purgeTenant(ownerOf(world), { tenantId: tenantOf(world), domain: fieldService, limits, from });
}

/** A whole purge, in as many jobs as it takes. Answers how many rows went. */
export async function purge(world: World, limits: PurgeLimits = { batch: 1_000, batches: 40 }): Promise<number> {
  let total = 0;
  let from: PurgeProgress | null = null;
  do {
    const { purged, progress }: Awaited<ReturnType<typeof purgeJob>> = await purgeJob(world, limits, from);
    total += purged;
    from = progress;
  } while (from !== null);
  return total;
}

export interface TombstoneCounts {
  readonly live: number;
  readonly tombstones: number;
  readonly stubs: number;
  readonly exits: number;
  readonly purgedTo: string | null;
}

export async function countTombstones(world: World): Promise<TombstoneCounts> {
  const where = (condition: string) =>
    Object.values(fieldService.entities)
      .map(({ table }) => `(select count(*) from ${table} where tenant_id = $1 and deleted_at is ${condition})`)
      .join(' + ');
  const { rows } = await ownerOf(world).pool.query<TombstoneCounts>(
    `select (${where('null')})::int as live, (${where('not null')})::int as tombstones,
       (select count(*)::int from purged_records where tenant_id = $1) as stubs,
       (select count(*)::int from scope_exits where tenant_id = $1) as exits,
       (select purged_to from tenant_clocks where tenant_id = $1) as "purgedTo"`,
    [world.tenantId],
  );
  return rows[0] as TombstoneCounts;
}
