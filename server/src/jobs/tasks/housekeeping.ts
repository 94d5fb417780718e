import { listTenantIds } from '@backhaul/db';
import type { TenantId } from '@backhaul/shared';
import { Type } from 'typebox';
import { defineTask } from '../task.ts';
import { purgeReceiptsTask } from './purge-receipts.ts';
import { purgeTombstonesTask } from './purge-tombstones.ts';
import { readChargesTask } from './read-charges.ts';
import { sweepAttachmentsTask } from './sweep-attachments.ts';

const PAGE = 1000;
/** Over which tenants are spread, so that they do not all purge at once. */
const SPREAD_MS = 4 * 3_600_000;

/** Every night, for each tenant: purges, a sweep of its uploads, and what charges its tasks. */
export const housekeeping = defineTask({
  name: 'housekeeping',
  payload: Type.Object({}),
  schedule: { kind: 'daily', at: '02:17' },
  async run(_payload, { owner, queue }) {
    let tenants = 0;
    let after: TenantId | null = null;
    for (;;) {
      const page: TenantId[] = await listTenantIds(owner, { after, limit: PAGE });
      await queue.add(
        page.flatMap((tenantId) =>
          [purgeTombstonesTask, purgeReceiptsTask, readChargesTask, sweepAttachmentsTask].map(({ name }) => ({
            task: name,
            payload: { tenantId },
            key: `${name}:${tenantId}`,
            position: positionOf(tenantId),
          })),
        ),
        SPREAD_MS,
      );
      tenants += page.length;
      after = page.at(-1) ?? null;
      if (page.length < PAGE) return { tenants };
    }
  },
});

/** The same every night, and like chance from tenant to tenant. */
function positionOf(tenantId: TenantId): number {
  return Number.parseInt(tenantId.slice(-8), 16) / 2 ** 32;
}
