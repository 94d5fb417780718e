import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';
import { IS_LATEST, NOTIFICATION_COLUMNS, type NotificationInHand } from './notification-columns.ts';

/**
 * Locks a message that is due for as long as the transaction lasts. `null`: there is none, it is not due, or another worker
 * has it in hand.
 */
export async function claimNotification(
  tx: TenantTx,
  { notificationId, now }: { readonly notificationId: string; readonly now: string },
): Promise<NotificationInHand | null> {
  const { rows } = await sql<NotificationInHand>`
    select ${sql.join(NOTIFICATION_COLUMNS.map((column) => sql.ref(column)))}, ${IS_LATEST} as "isLatest"
    from notifications n
    where tenant_id = ${tx.tenantId} and notification_id = ${notificationId}::uuid and due_at <= ${now}::timestamptz
    for update of n skip locked
  `.execute(tx.db);
  return rows[0] ?? null;
}
