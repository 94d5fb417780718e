import type { Selectable } from 'kysely';
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
