import { countConflicts as readCounts, readMemberNames, withTenant } from '@backhaul/db';
import type { ConflictCounts, ConflictsFilter, TenantId } from '@backhaul/shared';
import type { Services } from '../services.ts';
import { conflictFilter } from './conflict-filter.ts';
import { personOf } from '@backhaul/shared/engine';

/** How far is counted: what lies behind is more than anybody looks through, and would be read for nothing. */
const LIMIT = 1_000;
/** Authors and devices that are listed. */
const TOP = 20;

/** How many conflicts there are, and whose, for managers. Two statements. Throws INVALID_ID. */
export async function countConflicts(
  services: Services,
  tenantId: TenantId,
  query: ConflictsFilter,
): Promise<ConflictCounts> {
  const filter = conflictFilter(query);
  return withTenant(
    services.database,
    tenantId,
    async (tx) => {
      const { byAuthor, byDevice, ...counts } = await readCounts(tx, filter, { limit: LIMIT, top: TOP });
      const people = [...byAuthor, ...byDevice].map(({ userId }) => userId);
      const names = await readMemberNames(
        tx,
        people.filter((userId) => userId !== null),
      );
      return {
        ...counts,
        limit: LIMIT,
        byAuthor: byAuthor.map(({ userId, count }) => ({ userId, name: names.get(userId) ?? userId, count })),
        byDevice: byDevice.map(({ userId, ...device }) => ({ ...device, by: personOf(names, userId) })),
      };
    },
    { readOnly: true },
  );
}
