import { purgeTenant } from '@backhaul/server/testing';
import { parseTenantId, type TenantId } from '@backhaul/shared';
import type { World } from './world.ts';

/** Longer than any tenant keeps deletions that has not said otherwise. */
export const BEYOND_THE_HORIZON = 91 * 86_400_000;

/** The horizon passes: what the nightly job does, in small batches so that there are several. */
export async function purge({ environment, tenantId, deployed, faults }: World): Promise<void> {
  const request = { tenantId: parseTenantId(tenantId) as TenantId, domain: deployed.domain };
  let from = null;
  do {
    const { purged, progress } = await purgeTenant(environment.owner, {
      ...request,
      from,
      limits: { batch: 2, batches: 3 },
    });
    if (purged > 0) faults.happened('horizonPassed');
    from = progress;
  } while (from !== null);
}
