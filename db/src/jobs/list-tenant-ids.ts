import type { TenantId } from '@backhaul/shared';
import type { Database } from '../create-database.ts';
import { openDoor } from '../transaction-door.ts';

/**
 * The next tenants in the order of their ids, for jobs, which then work in each through `withTenant`. Needs the owner's
 * connection: for every other role this door opens onto nothing.
 */
export function listTenantIds(
  owner: Database,
  { after, limit }: { after: TenantId | null; limit: number },
): Promise<TenantId[]> {
  return openDoor(owner, { settings: { 'app.job': 'on' }, readOnly: true }, async (db) => {
    let query = db.selectFrom('tenants').select('tenant_id').orderBy('tenant_id').limit(limit);
    if (after !== null) query = query.where('tenant_id', '>', after);
    return (await query.execute()).map((row) => row.tenant_id);
  });
}
