import type { RecordId } from '@backhaul/shared';
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

/** Of a record: what waits for its turn, through whatever channel. Waits for whoever is taking one in hand. */
export async function lockQueuedNotifications(
  tx: TenantTx,
  { entity, entityId }: { readonly entity: string; readonly entityId: RecordId },
): Promise<NotificationRow[]> {
  const { rows } = await sql<NotificationRow>`
    select ${sql.join(NOTIFICATION_COLUMNS.map((column) => sql.ref(column)))} from notifications
    where tenant_id = ${tx.tenantId} and entity = ${entity} and entity_id = ${entityId}::uuid
      and state = 'queued'
    for update
  `.execute(tx.db);
  return rows;
}
