import {
  countOpenConflicts,
  insertAudit,
  insertNotifications,
  insertSendRequest,
  type ListedNotification,
  listNotifications,
  type NewNotification,
  type NotificationRound,
  readNotificationRounds,
  readSendRequest,
  type TenantTx,
} from '@backhaul/db';
import type { Channel, ErrorCode, Json, RecordId, SendRequest, SendResponse } from '@backhaul/shared';
import type { TenantClock } from '@backhaul/shared/engine';
import type { Caller, LockedAccess } from '../access/with-locked-access.ts';
import { assignNumber } from '../documents/document-number.ts';
import { ApiError } from '../http/api-error.ts';
import { asManager } from '../members/authorise-manager.ts';
import type { Services } from '../services.ts';
import { earlierMessage } from './earlier-message.ts';
import { nameBodies } from './name-bodies.ts';
import { type ChannelPlan, hashContent, readSendable, type SendableNow } from './read-sendable.ts';
import { createLinkToken, hashToken, sealLetter } from './sealed-letter.ts';
import { admitSend } from './send-rate.ts';
import type { Sendable } from './sendable.ts';
import { requestedFile, type SentFile } from './sent-file.ts';
import { statusOf } from './state-machine.ts';
import { supersede } from './supersede.ts';

export interface SendOrder {
  readonly sendable: Sendable;
  readonly id: RecordId;
  readonly request: SendRequest;
}

/**
 * Queues messages, one for each channel, in one transaction with their audit entry: all of them, or none where a channel can
 * not be served. What the customer was sent already is answered and not sent again, unless something else followed it and `again` asks
 * for it; an older version that has not left yet is held back.
 *
 * Throws UNSUPPORTED, IDEMPOTENCY_KEY_REUSED, NOT_FOUND, NOT_SENDABLE, OPEN_CONFLICT, UNREACHABLE, OPTED_OUT, RATE_LIMITED, what a file
 * that is to go along lacks (RECORD_GONE, UPLOAD_MISSING, ATTACHMENTS_UNAVAILABLE), and what the record's kind has against it.
 */
export async function requestSend(services: Services, caller: Caller, order: SendOrder): Promise<SendResponse> {
  refuseUnsupported(order.request);
  const { idempotencyKey: key, ...rest } = order.request;
  const requestHash = hashContent({ path: order.sendable.path, id: order.id, ...rest } as unknown as Json);
  return asManager(services, caller, async (locked) => {
    const { tx } = locked;
    const known = key === undefined ? null : await readSendRequest(tx, key);
    if (known && known.requestHash !== requestHash) throw new ApiError('IDEMPOTENCY_KEY_REUSED');
    if (known) return answer(tx, known.notificationIds, new Set());
    const { ids, fresh } = await queueMessages(services, caller, locked, order);
    if (key !== undefined) {
      const now = services.now().toISOString();
      await insertSendRequest(tx, { key, requestHash, notificationIds: ids, now });
    }
    return answer(tx, ids, fresh);
  });
}

function refuseUnsupported({ pdfUrl }: SendRequest): void {
  if (pdfUrl !== undefined) throw new ApiError('UNSUPPORTED', { details: { fields: ['pdfUrl'] } });
}

async function queueMessages(
  services: Services,
  caller: Caller,
  locked: LockedAccess,
  { sendable, id, request }: SendOrder,
): Promise<{ readonly ids: string[]; readonly fresh: ReadonlySet<string> }> {
  const { tx, clock } = locked;
  const { entity } = sendable;
  const now = await readSendable(services, tx, { sendable, id });
  await nameBodies(services, tx, { entity, entityId: id });
  const plans = request.channels.map((channel) => now.plans.get(channel) as ChannelPlan);
  const file = await requestedFile(services, tx, { request, owners: now.description.fileOwners });
  const hashes = plans.flatMap(({ contentHash }) => (contentHash === null ? [] : [contentHash]));
  const rounds = await readNotificationRounds(tx, { entity, entityId: id, hashes });
  const orders = plans.map((plan): ChannelOrder => {
    const { round, message } = earlierMessage(rounds, plan, file?.attachmentId ?? null);
    const isRepeated = request.again === true && message?.isFollowed === true;
    return { plan, round: round + 1, standing: isRepeated ? null : message };
  });
  const missing = orders.filter(({ standing }) => standing === null);
  const channels = missing.map(({ plan }) => plan.channel);
  const holdBack = (): Promise<void> =>
    supersede(tx, {
      entity,
      entityId: id,
      bodyHash: now.bodyHash,
      asked: plans,
      replaced: channels,
      now: services.now(),
    });
  const fresh = new Map<Channel, string>();
  if (missing.length === 0) await holdBack();
  else {
    refuseProblems(missing.map(({ plan }) => plan));
    if (request.force !== true && (await countOpenConflicts(tx, { entity, entityId: id })) > 0) {
      throw new ApiError('OPEN_CONFLICT', { details: { entity, entityId: id } });
    }
    await sendable.refuseIssue(tx, { id, record: now.record });
    await admitSend(tx, clock);
    const rows = await newRows(services, tx, { caller, clock, order: { sendable, id, request }, now, missing, file });
    await holdBack();
    await assignNumber(services, locked, { document: { entity, id }, caller });
    await insertNotifications(tx, rows);
    for (const row of rows) fresh.set(row.channel, row.notification_id);
    await auditSend(services, locked, { caller, entity, id, channels });
  }
  const ids = orders.map(({ plan, standing }) => standing?.notification_id ?? (fresh.get(plan.channel) as string));
  return { ids, fresh: new Set(fresh.values()) };
}

/** What is to happen through one channel. */
interface ChannelOrder {
  readonly plan: ChannelPlan;
  /** Of a message that is made now. */
  readonly round: number;
  /** What the customer has, or is about to get; `null`: a message is made. */
  readonly standing: NotificationRound | null;
}

/** In the order in which a human would put them right. */
const GRAVITY: readonly ErrorCode[] = ['UNSUPPORTED', 'UNREACHABLE', 'OPTED_OUT'];

function refuseProblems(plans: readonly ChannelPlan[]): void {
  const channels = plans.flatMap(({ channel, problem }) => (problem === null ? [] : [{ channel, ...problem }]));
  const code = GRAVITY.find((one) => channels.some((channel) => channel.code === one));
  if (code === undefined) return;
  const message = channels.find((channel) => channel.code === code)?.message ?? '';
  throw new ApiError(code, { message, details: { channels } });
}

async function newRows(
  { crypto, newId, now: clockNow }: Services,
  tx: TenantTx,
  {
    caller,
    clock,
    order: { sendable, id, request },
    now: { description, bodyHash },
    missing,
    file,
  }: {
    readonly caller: Caller;
    readonly clock: TenantClock;
    readonly order: SendOrder;
    readonly now: SendableNow;
    readonly missing: readonly ChannelOrder[];
    readonly file: SentFile | null;
  },
): Promise<NewNotification[]> {
  const keyring = await crypto.keyring(tx);
  const requestId = newId();
  const now = clockNow().toISOString();
  const { content, language, from, replyTo, disputableUntil: until } = description;
  const disputeUntil = until !== null && until > clockNow() ? until.toISOString() : null;
  return missing.map(({ plan: { channel, to, addressHash, contentHash }, round }) => {
    const notificationId = newId();
    const token = createLinkToken(tx.tenantId);
    const message = request.message?.trim() || null;
    const letter = { to: to ?? '', token, content, message, language, from, replyTo, disputeUntil, file };
    return {
      notification_id: notificationId,
      version: clock.next(),
      request_id: requestId,
      entity: sendable.entity,
      entity_id: id,
      content_hash: contentHash ?? '',
      channel,
      round,
      link_hash: hashToken(token),
      address_hash: addressHash ?? '',
      sealed: sealLetter(keyring, notificationId, { ...letter, includePdf: request.includePdf === true }),
      created_by: caller.userId,
      body_hash: bodyHash,
      attachment_id: file?.attachmentId ?? null,
      now,
    };
  });
}

/** Says through what and that, never to whom. */
export async function auditSend(
  { newId, now }: Services,
  { tx, clock }: LockedAccess,
  { caller, entity, id, channels }: { caller: Caller; entity: string; id: RecordId; channels: readonly Channel[] },
): Promise<void> {
  await insertAudit(tx, [
    {
      auditId: newId(),
      version: clock.next(),
      entity,
      entityId: id,
      action: 'send',
      actor: caller.userId,
      device: caller.deviceId,
      changeId: null,
      at: now().toISOString(),
      changes: { channels: { from: null, to: [...channels] } },
      sealed: null,
    },
  ]);
}

async function answer(tx: TenantTx, ids: readonly string[], fresh: ReadonlySet<string>): Promise<SendResponse> {
  const rows = await listNotifications(tx, { ids }, { after: null, order: 'asc', limit: ids.length });
  const byId = new Map(rows.map((row) => [row.notification_id, row]));
  return {
    status: fresh.size > 0 ? 'queued' : 'unchanged',
    notificationIds: [...ids],
    results: ids.map((id) => {
      const { channel, state, isFollowed } = byId.get(id) as ListedNotification;
      return { notificationId: id, channel, status: statusOf(state), repeated: !fresh.has(id), newerSent: isFollowed };
    }),
  };
}
