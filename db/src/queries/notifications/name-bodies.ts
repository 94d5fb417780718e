import type { RecordId } from '@backhaul/shared';
import type { TenantTx } from '../../tenant-tx.ts';

export interface UnnamedBody {
  readonly notification_id: string;
  readonly sealed: Buffer;
}

/** Messages about a record of which no `body_hash` is known: written by a version of the service that had none. */
export async function readUnnamedBodies(
  tx: TenantTx,
  { entity, entityId }: { readonly entity: string; readonly entityId: RecordId },
): Promise<UnnamedBody[]> {
  return tx.db
    .selectFrom('notifications')
    .select(['notification_id', 'sealed'])
    .where('tenant_id', '=', tx.tenantId)
    .where('entity', '=', entity)
    .where('entity_id', '=', entityId)
    .where('body_hash', 'is', null)
    .execute();
}

export async function nameBody(tx: TenantTx, notificationId: string, bodyHash: string): Promise<void> {
  await tx.db
    .updateTable('notifications')
    .set({ body_hash: bodyHash })
    .where('tenant_id', '=', tx.tenantId)
    .where('notification_id', '=', notificationId)
    .execute();
}
