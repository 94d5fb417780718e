import { lockTenantClock, purgeTombstones, withTenant } from '@backhaul/db';
import { parseCursor, parseTenantId, type Cursor, type TenantId } from '@backhaul/shared';
import type { World } from './world.ts';

/** The horizon passes: tombstones older than so many days are purged. */
export async function purge(world: World, days: number): Promise<void> {
  const tenantId = parseTenantId(world.tenantId) as TenantId;
  const before = new Date(world.clock.serverNow - days * 86_400_000).toISOString().replace('Z', '000Z');
  const purged = await withTenant(world.environment.owner, tenantId, async (tx) => {
    await lockTenantClock(tx);
    return purgeTombstones(tx, world.domain, { upTo: parseCursor(before) as Cursor, limit: 100_000, from: null });
  });
  if (purged.count > 0) world.faults.happened('horizonPassed');
}
