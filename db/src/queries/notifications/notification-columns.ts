import { type Selectable, sql } from 'kysely';
import type { NotificationsTable } from '../../tables.ts';

export type NotificationRow = Omit<Selectable<NotificationsTable>, 'tenant_id'>;

export const NOTIFICATION_COLUMNS = [
  'notification_id',
  'version',
  'request_id',
  'entity',
  'entity_id',
  'content_hash',
  'channel',
  'round',
  'link_hash',
  'address_hash',
  'sealed',
  'state',
  'attempts',
  'due_at',
  'claim_id',
  'claimed_at',
  'provider',
  'provider_id',
  'code',
  'reason',
  'looks',
  'looked_at',
  'look_result',
  'created_by',
  'updated_at',
  'settled_by',
] as const;

/** Of a row of `notifications n`: nothing was asked for after it, of the same record and through the same channel. */
export const IS_LATEST = sql<boolean>`not exists (
  select 1 from notifications later where later.tenant_id = n.tenant_id and later.entity = n.entity
    and later.entity_id = n.entity_id and later.channel = n.channel and later.version > n.version)`;
