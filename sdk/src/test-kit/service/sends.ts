import { type Channel, parseRecordId, type RecordId, type RecordValues, type SendResponse } from '@backhaul/shared';
import { clockOf, type MemoryTenant, rowOf, type SentMessage } from '../memory/memory-tenant.ts';
import { type Caller, enter } from './access.ts';
import { Refusal } from './refusal.ts';

/**
 * Takes a request to send a record, once for each key. What the customer would see, and whether they can be reached, is the real
 * service's: here a record is another version when any of its fields is that a customer may see. Throws a Refusal.
 */
export function send(
  tenant: MemoryTenant,
  caller: Caller,
  { path, id: named, body }: { readonly path: string; readonly id: string; readonly body: unknown },
): SendResponse {
  const entity = tenant.domain.sends?.[path];
  if (entity === undefined) throw new Refusal('NOT_FOUND');
  const {
    idempotencyKey: key,
    force,
    message,
    channels,
    again,
    attachmentId,
    ...rest
  } = body as { readonly [name: string]: unknown };
  const id = parseRecordId(named);
  if (id === null || !Array.isArray(channels) || channels.length === 0) throw new Refusal('INVALID_REQUEST');
  if (enter(tenant, caller).member.role !== 'manager') throw new Refusal('FORBIDDEN');
  const request = JSON.stringify([path, id, channels, message, force, again, attachmentId, rest]);
  const { sent, requests } = tenant.messages;
  const known = typeof key === 'string' ? requests.get(key) : undefined;
  if (known && known.request !== request) throw new Refusal('IDEMPOTENCY_KEY_REUSED');
  if (known) return answerOf(tenant, known.messages, []);
  const record = rowOf(tenant, entity, id);
  if (!record) throw new Refusal('NOT_FOUND');
  if (record.deletedAt !== null) throw new Refusal('NOT_SENDABLE', {}, 'The record is deleted');
  const file = attachmentId === undefined ? null : fileOf(tenant, { id, values: record.values }, attachmentId);
  const content = contentOf(record.values);
  const before = (channel: Channel) =>
    sent.findLast(
      (one) =>
        one.entityId === id &&
        one.channel === channel &&
        one.content === content &&
        (file === null || one.attachmentId === file),
    );
  const isStanding = (one: SentMessage | undefined) => one && !(again === true && isFollowed(tenant, one));
  const fresh = (channels as Channel[])
    .filter((channel) => !isStanding(before(channel)))
    .map((channel): SentMessage => {
      const words = typeof message === 'string' ? message : null;
      const what = { entity, entityId: id, channel, message: words, attachmentId: file, content };
      return { notificationId: tenant.newId(), ...what };
    });
  const isConflicted = tenant.conflicts.some((conflict) => conflict.entity === entity && conflict.entityId === id);
  if (force !== true && isConflicted && fresh.length > 0) throw new Refusal('OPEN_CONFLICT', { entity, entityId: id });
  sent.push(...fresh);
  if (fresh.length > 0) tenant.clock = clockOf(tenant).next();
  const messages = (channels as Channel[]).flatMap((channel) => before(channel) ?? []);
  if (typeof key === 'string') requests.set(key, { request, messages });
  return answerOf(tenant, messages, fresh);
}

/** What only the office sees of an invoice: a change of it is no other message. Every other field of a record is its content. */
const UNSEEN: ReadonlySet<string> = new Set([
  'type',
  'status',
  'method',
  'clientName',
  'employeeId',
  'employeeName',
  'isDisputed',
  'disputeReason',
  'receiptAttachmentId',
  'notes',
  'taskId',
]);

function contentOf(values: RecordValues): string {
  return JSON.stringify(values, (name, value: unknown) => (UNSEEN.has(name) || value === null ? undefined : value));
}

/** The file that goes along, of the record itself or of a task that it charges. */
function fileOf(
  tenant: MemoryTenant,
  { id, values }: { readonly id: RecordId; readonly values: RecordValues },
  named: unknown,
): RecordId {
  const attachmentId = parseRecordId(named);
  if (attachmentId === null) throw new Refusal('INVALID_REQUEST');
  const attachment = rowOf(tenant, 'attachment', attachmentId);
  if (!attachment) throw new Refusal('NOT_FOUND', { attachmentId });
  if (attachment.deletedAt !== null) throw new Refusal('RECORD_GONE', { attachmentId });
  const { ownerId, status } = attachment.values;
  const lines = (values['lineItems'] ?? []) as readonly { readonly taskId?: unknown }[];
  if (ownerId !== id && !lines.some(({ taskId }) => taskId === ownerId)) {
    throw new Refusal('NOT_SENDABLE', { attachmentId }, 'The file belongs to another record');
  }
  if (status !== 'ready') throw new Refusal('UPLOAD_MISSING', { attachmentId });
  return attachmentId;
}

/** Whether something else about the record was sent since. */
function isFollowed({ messages: { sent } }: MemoryTenant, one: SentMessage): boolean {
  const later = sent.slice(sent.indexOf(one) + 1);
  return later.some(({ entityId, content }) => entityId === one.entityId && content !== one.content);
}

function answerOf(tenant: MemoryTenant, messages: readonly SentMessage[], fresh: readonly SentMessage[]): SendResponse {
  return {
    status: fresh.length > 0 ? 'queued' : 'unchanged',
    notificationIds: messages.map(({ notificationId }) => notificationId),
    results: messages.map((message) => ({
      notificationId: message.notificationId,
      channel: message.channel,
      status: 'queued',
      repeated: !fresh.includes(message),
      newerSent: isFollowed(tenant, message),
    })),
  };
}
