import {
  insertAudit,
  insertNotifications,
  type ListedNotification,
  listNotifications,
  lockNotification,
  readNotificationRounds,
  type TenantTx,
} from '@backhaul/db';
import type { Notification, NotificationStatus } from '@backhaul/shared';
import type { Caller, LockedAccess } from '../access/with-locked-access.ts';
import { ApiError } from '../http/api-error.ts';
import { asManager } from '../members/authorise-manager.ts';
import type { Services } from '../services.ts';
import { applyEvent } from './apply-event.ts';
import { earlierMessage } from './earlier-message.ts';
import { actionsOn, toNotifications } from './list-notifications.ts';
import { auditSend } from './request-send.ts';
import { hasOptedOut } from './opted-out.ts';
import { readSendable, type SendableNow } from './read-sendable.ts';
import { createLinkToken, hashToken, openLetter, sealLetter } from './sealed-letter.ts';
import { admitSend } from './send-rate.ts';
import type { Sendable } from './sendable.ts';
import { isFileGone } from './sent-file.ts';
import { statusOf } from './state-machine.ts';

/** A manager says what became of a message that is unknown. Throws NOT_FOUND, NOT_SETTLEABLE. */
export function settleNotification(
  services: Services,
  caller: Caller,
  { id, outcome }: { readonly id: string; readonly outcome: 'sent' | 'failed' },
): Promise<Notification> {
  return asManager(services, caller, async (locked) => {
    const { tx } = locked;
    const row = await lockNotification(tx, id);
    if (!row) throw new ApiError('NOT_FOUND');
    if (row.state !== 'unknown') throw notNow(statusOf(row.state));
    await applyEvent(tx, row, {
      now: services.now(),
      event: outcome === 'sent' ? 'settledSent' : 'settledFailed',
      settledBy: caller.userId,
      ...(outcome === 'sent' ? {} : { code: 'SETTLED', reason: 'Somebody found that it was not sent' }),
    });
    await auditSettled(services, locked, { caller, row, outcome });
    return answer(services, locked, id);
  });
}

/**
 * A manager sends again what failed, as it was: the same words to the same address, with a link of its own, as a message of its
 * own; only while it is what the customer would be sent now. Throws NOT_FOUND, NOT_SETTLEABLE, NOT_SENDABLE, OPTED_OUT, RATE_LIMITED,
 * RECORD_GONE where a file that went along is deleted, and what the record's kind has against it.
 */
export function resendNotification(services: Services, caller: Caller, id: string): Promise<Notification> {
  return asManager(services, caller, async (locked) => {
    const { tx, clock } = locked;
    const before = await readOne(locked, id);
    if (!actionsOn(before).includes('resend')) throw notNow(statusOf(before.state));
    const { channel, address_hash: addressHash, entity, entity_id: entityId } = before;
    const { sendable, now } = await requireUnchanged(services, tx, before);
    const rounds = await readNotificationRounds(tx, { entity, entityId, hashes: [before.content_hash] });
    const { round } = earlierMessage(rounds, { channel, contentHash: before.content_hash }, before.attachment_id);
    const keyring = await services.crypto.keyring(tx);
    const [newId, token] = [services.newId(), createLinkToken(tx.tenantId)];
    const letter = { ...openLetter(keyring, id, before.sealed), token };
    if (await hasOptedOut(services, tx, { channel, to: letter.to })) throw new ApiError('OPTED_OUT');
    if (letter.file && (await isFileGone(services, tx, letter.file))) throw new ApiError('RECORD_GONE');
    // It may have come back to life since the message failed.
    await sendable.refuseIssue(tx, { id: entityId, record: now.record });
    await admitSend(tx, clock);
    await insertNotifications(tx, [
      {
        notification_id: newId,
        version: clock.next(),
        request_id: services.newId(),
        entity,
        entity_id: entityId,
        content_hash: before.content_hash,
        channel,
        round: round + 1,
        link_hash: hashToken(token),
        address_hash: addressHash,
        sealed: sealLetter(keyring, newId, letter),
        created_by: caller.userId,
        body_hash: now.bodyHash,
        attachment_id: before.attachment_id,
        now: services.now().toISOString(),
      },
    ]);
    await auditSend(services, locked, { caller, entity, id: entityId, channels: [channel] });
    return answer(services, locked, newId);
  });
}

/** What has changed since is sent anew, and not as it was. */
async function requireUnchanged(
  services: Services,
  tx: TenantTx,
  { entity, entity_id: id, channel, content_hash: hash, state }: ListedNotification,
): Promise<{ readonly sendable: Sendable; readonly now: SendableNow }> {
  const sendable = services.sendables.find((one) => one.entity === entity);
  if (!sendable) throw notNow(statusOf(state));
  const now = await readSendable(services, tx, { sendable, id });
  if (now.plans.get(channel)?.contentHash === hash) return { sendable, now };
  throw new ApiError('NOT_SETTLEABLE', {
    message: 'The record, or where its customer is reached, has changed since: send it anew',
    details: { status: statusOf(state) },
  });
}

function notNow(status: NotificationStatus): ApiError {
  return new ApiError('NOT_SETTLEABLE', { details: { status } });
}

async function readOne({ tx }: LockedAccess, id: string): Promise<ListedNotification> {
  const [row] = await listNotifications(tx, { ids: [id] }, { after: null, order: 'asc', limit: 1 });
  if (!row) throw new ApiError('NOT_FOUND');
  return row;
}

async function answer(services: Services, locked: LockedAccess, id: string): Promise<Notification> {
  const [notification] = await toNotifications(services, locked.tx, [await readOne(locked, id)]);
  return notification as Notification;
}

async function auditSettled(
  { newId, now }: Services,
  { tx, clock }: LockedAccess,
  {
    caller,
    row,
    outcome,
  }: { caller: Caller; row: { entity: string; entity_id: string; channel: string }; outcome: string },
): Promise<void> {
  await insertAudit(tx, [
    {
      auditId: newId(),
      version: clock.next(),
      entity: row.entity,
      entityId: row.entity_id,
      action: 'settle',
      actor: caller.userId,
      device: caller.deviceId,
      changeId: null,
      at: now().toISOString(),
      changes: { [row.channel]: { from: 'unknown', to: outcome } },
      sealed: null,
    },
  ]);
}
