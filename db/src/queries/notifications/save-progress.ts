import type { TenantTx } from '../../tenant-tx.ts';
import type { NotificationRow } from './notification-columns.ts';

export type NotificationProgress = Partial<
  Pick<
    NotificationRow,
    | 'state'
    | 'attempts'
    | 'due_at'
    | 'claim_id'
    | 'claimed_at'
    | 'provider'
    | 'provider_id'
    | 'code'
    | 'reason'
    | 'settled_by'
  >
> & { readonly updated_at: string };

/** Of a message that this transaction has locked. */
export async function saveProgress(
  tx: TenantTx,
  notificationId: string,
  progress: NotificationProgress,
): Promise<void> {
  await tx.db
    .updateTable('notifications')
    .set(progress)
    .where('tenant_id', '=', tx.tenantId)
    .where('notification_id', '=', notificationId)
    .execute();
}
