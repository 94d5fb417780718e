import type { AuditAction, Cursor, RecordId } from '@backhaul/shared';
import type { TenantTx } from '../../tenant-tx.ts';

/** Versions of what was done to a record in this way after `since`, the oldest first. */
export async function readRecentActions(
  tx: TenantTx,
  { entity, id, action, since }: { entity: string; id: RecordId; action: AuditAction; since: Cursor },
): Promise<Cursor[]> {
  const rows = await tx.db
    .selectFrom('audit')
    .select('version')
    .where('tenant_id', '=', tx.tenantId)
    .where('entity', '=', entity)
    .where('entity_id', '=', id)
    .where('action', '=', action)
    .where('version', '>', since)
    .orderBy('version')
    .execute();
  return rows.map(({ version }) => version);
}
