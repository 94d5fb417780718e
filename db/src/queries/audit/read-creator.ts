import type { RecordId, UserId } from '@backhaul/shared';
import type { TenantTx } from '../../tenant-tx.ts';

/** Who did the first that was done to a record; `null`: the service itself, or nobody knows. */
export async function readCreator(
  tx: TenantTx,
  { entity, id }: { readonly entity: string; readonly id: RecordId },
): Promise<UserId | null> {
  const row = await tx.db
    .selectFrom('audit')
    .select('actor_user_id')
    .where('tenant_id', '=', tx.tenantId)
    .where('entity', '=', entity)
    .where('entity_id', '=', id)
    .orderBy('version')
    .limit(1)
    .executeTakeFirst();
  return row?.actor_user_id ?? null;
}
