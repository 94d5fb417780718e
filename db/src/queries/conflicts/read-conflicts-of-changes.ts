import type { ChangeId, ConflictKind, ConflictPolicy, Cursor, RecordId, Resolution, UserId } from '@backhaul/shared';
import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';

/** A conflict as the push that caused it is told of it. */
export interface ReplayedConflict {
  readonly changeId: ChangeId;
  readonly conflictId: string;
  readonly entity: string;
  readonly entityId: RecordId;
  readonly kind: ConflictKind;
  readonly fields: readonly string[];
  readonly policy: ConflictPolicy;
  readonly winner: 'client' | 'server';
  readonly clientUser: UserId | null;
  readonly serverUser: UserId | null;
  readonly serverVersion: Cursor;
  readonly resolution: Resolution | null;
  readonly resolvedBy: UserId | null;
}

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
