import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';
import { NOTIFICATION_COLUMNS, type NotificationRow } from './notification-columns.ts';

/** Waits for whoever has it in hand: what is about to be noted must not be lost. */
export async function lockNotification(tx: TenantTx, notificationId: string): Promise<NotificationRow | null> {
  const { rows } = await sql<NotificationRow>`
    select ${sql.join(NOTIFICATION_COLUMNS.map((column) => sql.ref(column)))} from notifications
    where tenant_id = ${tx.tenantId} and notification_id = ${notificationId}::uuid
    for update
  `.execute(tx.db);
  return rows[0] ?? null;
}
