import { purgeReceipts, withTenant } from '@backhaul/db';
import { defineTask } from '../task.ts';
import { TenantPayload, tenantOf } from './tenant-payload.ts';

/** How long a change that was sent again gets its first outcome back. */
const RECEIPT_DAYS = 400;
const BATCH = 5_000;
const BATCHES = 20;

export const purgeReceiptsTask = defineTask({
  name: 'purge-receipts',
  payload: TenantPayload,
  async run(payload, { owner, queue, now }) {
    const tenantId = tenantOf(payload);
    const before = new Date(now().getTime() - RECEIPT_DAYS * 86_400_000).toISOString();
    let purged = 0;
    for (let batch = 0; batch < BATCHES; batch += 1) {
      const count = await withTenant(owner, tenantId, (tx) => purgeReceipts(tx, { before, limit: BATCH }));
      purged += count;
      if (count < BATCH) return { tenantId, purged };
    }
    const { name } = purgeReceiptsTask;
    await queue.add([{ task: name, payload: { tenantId }, key: `${name}:${tenantId}` }]);
    return { tenantId, purged };
  },
});
