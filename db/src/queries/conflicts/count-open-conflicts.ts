import type { RecordId } from '@backhaul/shared';
import type { TenantTx } from '../../tenant-tx.ts';

/** Of one record. */
export async function countOpenConflicts(
  tx: TenantTx,
  { entity, entityId }: { readonly entity: string; readonly entityId: RecordId },
): Promise<number> {
  const { count } = await tx.db
    .selectFrom('conflicts')
    .select((rows) => rows.fn.countAll<string>().as('count'))
    .where('tenant_id', '=', tx.tenantId)
    .where('entity', '=', entity)
    .where('entity_id', '=', entityId)
    .where('status', '=', 'open')
    .executeTakeFirstOrThrow();
  return Number(count);
}
