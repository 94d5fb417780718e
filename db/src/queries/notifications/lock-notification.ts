import type { Channel, RecordId } from '@backhaul/shared';
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

/** Of a record and through these channels: what waits for its turn. Waits for whoever is taking one in hand. */
export async function lockQueuedNotifications(
  tx: TenantTx,
  {
    entity,
    entityId,
    channels,
  }: { readonly entity: string; readonly entityId: RecordId; readonly channels: readonly Channel[] },
): Promise<NotificationRow[]> {
  const { rows } = await sql<NotificationRow>`
    select ${sql.join(NOTIFICATION_COLUMNS.map((column) => sql.ref(column)))} from notifications
    where tenant_id = ${tx.tenantId} and entity = ${entity} and entity_id = ${entityId}::uuid
      and channel = any(${channels}::text[]) and state = 'queued'
    for update
  `.execute(tx.db);
  return rows;
}
