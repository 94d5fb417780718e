import { type Selectable, sql } from 'kysely';
import type { NotificationsTable } from '../../tables.ts';

export type NotificationRow = Omit<Selectable<NotificationsTable>, 'tenant_id'>;

/** `isLatest`: nothing that takes its place was asked for since. */
export type NotificationInHand = NotificationRow & { readonly isLatest: boolean };

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
  'body_hash',
  'attachment_id',
] as const;

/** The code of a message whose place another took before it left. */
export const SUPERSEDED_CODE = 'SUPERSEDED';

/**
 * Of a row of `notifications n`: nothing was asked for after it, of the same record, that goes through the same channel or says
 * something else. Something else that was superseded does not count: somebody came back from it.
 */
export const IS_LATEST = sql<boolean>`not exists (
  select 1 from notifications later where later.tenant_id = n.tenant_id and later.entity = n.entity
    and later.entity_id = n.entity_id and later.version > n.version
    and (later.channel = n.channel or later.body_hash <> n.body_hash)
    and (later.code is distinct from ${sql.lit(SUPERSEDED_CODE)} or later.content_hash = n.content_hash))`;

/** Of a row of `notifications n`: what has left last of the record since, or may have, says something else, whatever its channel. */
export const IS_FOLLOWED = sql<boolean>`coalesce((
  select later.body_hash <> n.body_hash from notifications later where later.tenant_id = n.tenant_id
    and later.entity = n.entity and later.entity_id = n.entity_id and later.version > n.version
    and later.state in ('sending', 'sent', 'delivered', 'unknown')
  order by later.version desc limit 1), false)`;
