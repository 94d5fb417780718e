import type { Cursor, RecordId } from '@backhaul/shared';
import { sql } from 'kysely';
import type { NotificationState } from '../../tables.ts';
import type { TenantTx } from '../../tenant-tx.ts';
import {
  IS_FOLLOWED,
  IS_LATEST,
  NOTIFICATION_COLUMNS,
  type NotificationInHand,
  type NotificationRow,
} from './notification-columns.ts';

export { SUPERSEDED_CODE } from './notification-columns.ts';
export type { NotificationInHand, NotificationRow } from './notification-columns.ts';

/** `isFollowed`: something else about the record has left since, or may have. */
export type ListedNotification = NotificationInHand & { readonly isFollowed: boolean };

export async function listNotifications(
  tx: TenantTx,
  filter: {
    readonly entity?: string | undefined;
    readonly entityId?: RecordId | undefined;
    readonly states?: readonly NotificationState[] | undefined;
    readonly ids?: readonly string[] | undefined;
  },
  { after, order, limit }: { readonly after: Cursor | null; readonly order: 'asc' | 'desc'; readonly limit: number },
): Promise<ListedNotification[]> {
  let query = tx.db
    .selectFrom('notifications as n')
    .select(NOTIFICATION_COLUMNS.map((column) => `n.${column}` as const))
    .select([IS_LATEST.as('isLatest'), IS_FOLLOWED.as('isFollowed')])
    .where('n.tenant_id', '=', tx.tenantId);
  if (after !== null) query = query.where('n.version', order === 'asc' ? '>' : '<', after);
  if (filter.entity !== undefined) query = query.where('n.entity', '=', filter.entity);
  if (filter.entityId !== undefined) query = query.where('n.entity_id', '=', filter.entityId);
  if (filter.states !== undefined) query = query.where('n.state', '=', sql<NotificationState>`any(${filter.states})`);
  if (filter.ids !== undefined) query = query.where('n.notification_id', '=', sql<string>`any(${filter.ids}::uuid[])`);
  return query.orderBy('n.version', order).limit(limit).execute();
}

export type NotificationRound = Pick<
  ListedNotification,
  | 'notification_id'
  | 'channel'
  | 'content_hash'
  | 'state'
  | 'code'
  | 'round'
  | 'attachment_id'
  | 'isLatest'
  | 'isFollowed'
>;

/** Every message of these contents, the last round first. */
export async function readNotificationRounds(
  tx: TenantTx,
  { entity, entityId, hashes }: { entity: string; entityId: RecordId; hashes: readonly string[] },
): Promise<NotificationRound[]> {
  return tx.db
    .selectFrom('notifications as n')
    .select(['notification_id', 'channel', 'content_hash', 'state', 'code', 'round', 'attachment_id'])
    .select([IS_LATEST.as('isLatest'), IS_FOLLOWED.as('isFollowed')])
    .where('tenant_id', '=', tx.tenantId)
    .where('entity', '=', entity)
    .where('entity_id', '=', entityId)
    .where('content_hash', '=', sql<string>`any(${hashes}::text[])`)
    .orderBy('round', 'desc')
    .execute();
}

/** By the hash of the token in its link. */
export async function readNotificationByLink(tx: TenantTx, linkHash: string): Promise<NotificationRow | null> {
  const row = await tx.db
    .selectFrom('notifications')
    .select(NOTIFICATION_COLUMNS)
    .where('tenant_id', '=', tx.tenantId)
    .where('link_hash', '=', linkHash)
    .executeTakeFirst();
  return row ?? null;
}
