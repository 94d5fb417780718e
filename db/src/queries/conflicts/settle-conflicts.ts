import type { Cursor, Resolution, UserId } from '@backhaul/shared';
import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';

export interface SettledConflict {
  readonly conflictId: string;
  readonly resolution: Resolution;
  /** Of the change that carried the decision out, or of the decision itself where it changed nothing. */
  readonly version: Cursor;
}

/** Marks conflicts as resolved. Under the tenant clock's lock, after a look that they are open. One statement. */
export async function settleConflicts(tx: TenantTx, by: UserId, settled: readonly SettledConflict[]): Promise<void> {
  if (settled.length === 0) return;
  await sql`
    update conflicts set status = 'resolved', resolution = s.resolution, resolved_by = ${by}, resolved_version = s.version
    from jsonb_to_recordset(${JSON.stringify(settled)}::jsonb) as s (
      "conflictId" uuid, resolution text, version timestamptz)
    where conflicts.tenant_id = ${tx.tenantId} and conflicts.conflict_id = s."conflictId"
  `.execute(tx.db);
}
