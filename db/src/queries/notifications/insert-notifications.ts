import type { TenantTx } from '../../tenant-tx.ts';
import type { NotificationRow } from './notification-columns.ts';

export type NewNotification = Pick<
  NotificationRow,
  | 'notification_id'
  | 'version'
  | 'request_id'
  | 'entity'
  | 'entity_id'
  | 'content_hash'
  | 'channel'
  | 'round'
  | 'link_hash'
  | 'address_hash'
  | 'sealed'
  | 'created_by'
  | 'body_hash'
  | 'attachment_id'
> & {
  /** When it is due: at once, for most. */
  readonly now: string;
};

/** Queues messages, in the transaction that decides to send them. One statement. */
export async function insertNotifications(tx: TenantTx, rows: readonly NewNotification[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.db
    .insertInto('notifications')
    .values(
      rows.map(({ now, ...row }) => ({
        ...row,
        tenant_id: tx.tenantId,
        state: 'queued' as const,
        due_at: now,
        updated_at: now,
      })),
    )
    .execute();
}
