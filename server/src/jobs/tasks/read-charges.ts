import { lockTenantClock, readCharges, withTenant } from '@backhaul/db';
import { defineTask } from '../task.ts';
import { TenantPayload, tenantOf } from './tenant-payload.ts';

/** Transactions of one job, of at most half a second each: the tenant's writers wait for them. */
const BATCHES = 20;

/** Brings the look-up table of who charges a task up to date, where more was written at once than sends catch up with. */
export const readChargesTask = defineTask({
  name: 'read-charges',
  payload: TenantPayload,
  async run(payload, { owner, queue }) {
    const tenantId = tenantOf(payload);
    let entries = 0;
    for (let batch = 0; batch < BATCHES; batch += 1) {
      const read = await withTenant(owner, tenantId, async (tx) => ((await lockTenantClock(tx)) ? readCharges(tx) : 0));
      if (read === 0) return { tenantId, entries };
      entries += read;
    }
    const { name } = readChargesTask;
    await queue.add([{ task: name, payload: { tenantId }, key: `${name}:${tenantId}` }]);
    return { tenantId, entries };
  },
});
