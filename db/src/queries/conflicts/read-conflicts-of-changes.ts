import type { ChangeId } from '@backhaul/shared';
import type { ReplayedConflict } from '@backhaul/shared/engine';
import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';

/** One statement, oldest first. */
export async function readConflictsOfChanges(
  tx: TenantTx,
  changeIds: readonly ChangeId[],
): Promise<ReplayedConflict[]> {
  const { rows } = await sql<ReplayedConflict>`
    select change_id as "changeId", conflict_id as "conflictId", entity, entity_id as "entityId", kind, fields, policy,
      winner, client_user_id as "clientUser", server_user_id as "serverUser", server_version as "serverVersion",
      resolution, resolved_by as "resolvedBy"
    from conflicts
    where tenant_id = ${tx.tenantId} and change_id = any(${changeIds}::uuid[])
    order by version
  `.execute(tx.db);
  return rows;
}
