import type { HistoryEntry, HistoryQuery } from '@backhaul/shared/engine';
import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';

/** Without the values of sensitive fields, which are in the envelope. */
export interface StoredHistoryEntry extends HistoryEntry {
  readonly auditId: string;
  /** When the edit was made, ISO-8601 UTC with six decimals. */
  readonly editedAt: string;
  readonly sealed: Buffer | null;
}

/** The accepted writes of some records since some versions, oldest first. One statement. */
export async function readHistory(tx: TenantTx, queries: readonly HistoryQuery[]): Promise<StoredHistoryEntry[]> {
  const { rows } = await sql<StoredHistoryEntry>`
    select a.audit_id as "auditId", a.entity, a.entity_id as "entityId", a.version,
      coalesce(a.author_user_id, a.actor_user_id) as actor, a.device_id as device, a.change_id as "changeId",
      a.edited_at as "editedAt", a.changes, a.sealed
    from jsonb_to_recordset(${JSON.stringify(queries)}::jsonb) as q (entity text, id text, after timestamptz)
    join audit a on a.tenant_id = ${tx.tenantId} and a.entity = q.entity and a.entity_id = q.id
      and (q.after is null or a.version > q.after)
    order by a.version
  `.execute(tx.db);
  return rows;
}
