import {
  type ListedNotification,
  listNotifications as readNotifications,
  readMemberNames,
  type TenantTx,
  withTenant,
} from '@backhaul/db';
import {
  type Notification,
  type NotificationsQuery,
  type NotificationsResponse,
  parseCursor,
  parseInstant,
  parseRecordId,
  type TenantId,
} from '@backhaul/shared';
import { personOf } from '@backhaul/shared/engine';
import { ApiError } from '../http/api-error.ts';
import type { Services } from '../services.ts';
import { openLetter } from './sealed-letter.ts';
import { statesOf, statusOf } from './state-machine.ts';
import { SUPERSEDED } from './supersede.ts';

const DEFAULT_LIMIT = 100;

/** What was sent, and what became of it. Throws INVALID_CURSOR. */
export async function listNotifications(
  services: Services,
  tenantId: TenantId,
  { since, order = 'asc', limit = DEFAULT_LIMIT, entity, entityId, status }: NotificationsQuery,
): Promise<NotificationsResponse> {
  const after = since === undefined ? null : parseCursor(since);
  if (since !== undefined && after === null) throw new ApiError('INVALID_CURSOR');
  const filter = {
    entity,
    entityId: parseRecordId(entityId) ?? undefined,
    states: status === undefined ? undefined : statesOf(status),
  };
  return withTenant(
    services.database,
    tenantId,
    async (tx) => {
      const rows = await readNotifications(tx, filter, { after, order, limit: limit + 1 });
      const page = rows.slice(0, limit);
      return {
        notifications: await toNotifications(services, tx, page),
        nextCursor: page.at(-1)?.version ?? after,
        hasMore: rows.length > limit,
      };
    },
    { readOnly: true },
  );
}

export async function toNotifications(
  { crypto }: Services,
  tx: TenantTx,
  rows: readonly ListedNotification[],
): Promise<Notification[]> {
  if (rows.length === 0) return [];
  const keyring = await crypto.keyring(tx);
  const people = rows.flatMap(({ created_by, settled_by }) => [created_by, settled_by]);
  const names = await readMemberNames(
    tx,
    people.filter((userId) => userId !== null),
  );
  return rows.map((row) => ({
    id: row.notification_id,
    entity: row.entity,
    entityId: row.entity_id,
    channel: row.channel,
    status: statusOf(row.state),
    contentHash: row.content_hash,
    attachmentId: row.attachment_id,
    round: row.round,
    to: openLetter(keyring, row.notification_id, row.sealed).to,
    attempts: row.attempts,
    nextAttemptAt: row.state === 'queued' ? instant(row.due_at) : null,
    provider: row.provider,
    providerId: row.provider_id,
    code: row.code,
    reason: row.reason,
    looks: row.looks,
    lookedAt: instant(row.looked_at),
    lookResult: row.look_result,
    createdAt: row.version,
    createdBy: personOf(names, row.created_by),
    updatedAt: instant(row.updated_at) ?? row.updated_at,
    settledBy: personOf(names, row.settled_by),
    actions: actionsOn(row),
  }));
}

/** An unknown one is settled first: only a human who looked can say that it did not go out. */
export function actionsOn({ state, code, isLatest }: ListedNotification): Notification['actions'] {
  if (state === 'unknown') return ['settle'];
  // What a newer version took the place of stays unsent, whichever channel that went through.
  return statusOf(state) === 'failed' && isLatest && code !== SUPERSEDED.code ? ['resend'] : [];
}

function instant(value: string | null): string | null {
  return value === null ? null : (parseInstant(value) ?? value);
}
