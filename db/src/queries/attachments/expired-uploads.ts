import type { Entity, RecordId } from '@backhaul/shared';
import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';

/** Attachments that were announced, or announced again, before a moment and are not complete. One statement. */
export async function findExpiredUploads(
  tx: TenantTx,
  entity: Entity,
  { before, limit }: { readonly before: string; readonly limit: number },
): Promise<RecordId[]> {
  const { rows } = await sql<{ id: RecordId }>`
    select id from ${sql.table(entity.table)}
    where tenant_id = ${tx.tenantId} and status = 'pending' and deleted_at is null
      and updated_at < ${before}::timestamptz
    order by updated_at limit ${limit}
  `.execute(tx.db);
  return rows.map(({ id }) => id);
}

/**
 * Those of the ids whose object somebody may still need: a row that is there, unless it was given up before it was complete. A
 * deleted attachment keeps its object, because it comes back with its owner; its purge ends that.
 */
export async function findNeededObjects(
  tx: TenantTx,
  entity: Entity,
  ids: readonly RecordId[],
): Promise<ReadonlySet<RecordId>> {
  const { rows } = await sql<{ id: RecordId }>`
    select id from ${sql.table(entity.table)}
    where tenant_id = ${tx.tenantId} and id = any(${ids}::uuid[]) and (deleted_at is null or status = 'ready')
  `.execute(tx.db);
  return new Set(rows.map(({ id }) => id));
}
