import type { Cursor, Entity, RecordId } from '@backhaul/shared';
import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';

/**
 * Gives live rows a new version and nothing else, so that those who have come to see them pull them: no field was written, so
 * nothing conflicts with it. Tombstones keep theirs, which says when they may be purged. One statement.
 */
export async function renewVersions(
  tx: TenantTx,
  entity: Entity,
  rows: readonly { readonly id: RecordId; readonly version: Cursor }[],
): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    update ${sql.table(entity.table)} as renewed set updated_at = new.version
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as new (id uuid, version timestamptz)
    where renewed.tenant_id = ${tx.tenantId} and renewed.id = new.id and renewed.deleted_at is null
  `.execute(tx.db);
}
