import type { ChangeId, Cursor, RecordId } from '@backhaul/shared';
import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';

/** A conflict as the push that caused it was told of it. */
export interface ReplayedConflict {
  readonly changeId: ChangeId;
  readonly id: string;
  readonly entity: string;
  readonly entityId: RecordId;
  readonly fields: string[];
  readonly summary: string;
  readonly winner: 'client' | 'server';
  readonly serverUpdatedAt: Cursor;
}

/** One statement, oldest first. */
export async function readConflictsOfChanges(
  tx: TenantTx,
  changeIds: readonly ChangeId[],
): Promise<ReplayedConflict[]> {
  const { rows } = await sql<ReplayedConflict>`
    select change_id as "changeId", conflict_id as id, entity, entity_id as "entityId", fields, summary, winner,
      server_version as "serverUpdatedAt"
    from conflicts
    where tenant_id = ${tx.tenantId} and change_id = any(${changeIds}::uuid[])
    order by version
  `.execute(tx.db);
  return rows;
}
