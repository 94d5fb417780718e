import { createHash, createPublicKey, verify } from 'node:crypto';
import { parseRecordId, parseTenantId } from '@backhaul/shared';
import { addressHash } from '../infra/address-hash.ts';
import { parseAddress } from '../infra/addresses.ts';
import { withoutAddresses } from '../notifications/apply-event.ts';
import type { RawWebhook, ReadWebhook, VerifiedEvent, WebhookWork } from './webhook-work.ts';

/** Clocks differ, and a batch may wait a moment at SendGrid once it is signed. */
const WINDOW_MS = 10 * 60_000;

/** Events of emails, many in one request, signed together with the time. */
export function readSendGrid({
  key,
  fingerprint,
}: {
  /** Base64 of the DER, as the dashboard shows it. */
  readonly key: string;
  readonly fingerprint: (text: string) => string;
}): ReadWebhook {
  const publicKey = createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' });
  return async ({ body, headers, now }) => {
    const timestamp = headers['x-twilio-email-event-webhook-timestamp'] ?? '';
    const signature = headers['x-twilio-email-event-webhook-signature'] ?? '';
    if (!/^\d{1,12}$/.test(timestamp) || Math.abs(Number(timestamp) * 1000 - now.getTime()) > WINDOW_MS) return null;
    const signed = Buffer.concat([Buffer.from(timestamp), body]);
    if (!isBase64(signature) || !verify('sha256', signed, publicKey, Buffer.from(signature, 'base64'))) return null;
    return readEvents(body).flatMap((event) => toEvents(event, fingerprint));
  };
}

/** Node skips what is not base64, and a signature has one written form only. */
function isBase64(text: string): boolean {
  return text !== '' && Buffer.from(text, 'base64').toString('base64') === text;
}

type RawEvent = { readonly [field: string]: unknown };

/** What is signed is SendGrid's, whatever it is: what can not be read is no event. */
function readEvents(body: RawWebhook['body']): RawEvent[] {
  try {
    const events: unknown = JSON.parse(body.toString('utf8'));
    return Array.isArray(events)
      ? events.filter((event): event is RawEvent => typeof event === 'object' && event !== null)
      : [];
  } catch {
    return [];
  }
}

const REPORTS: { readonly [event: string]: Extract<WebhookWork, { kind: 'report' }>['event'] } = {
  processed: 'reportedSent',
  deferred: 'reportedSent',
  delivered: 'reportedDelivered',
  bounce: 'reportedFailed',
  dropped: 'reportedFailed',
};
const WITHDRAWALS = new Set(['unsubscribe', 'group_unsubscribe', 'spamreport']);

function toEvents(event: RawEvent, fingerprint: (text: string) => string): VerifiedEvent[] {
  const text = (field: string): string | null => (typeof event[field] === 'string' ? event[field] : null);
  const [tenantId, notificationId] = [parseTenantId(event.tenant), parseRecordId(event.notification)];
  const name = text('event') ?? '';
  if (!tenantId) return [];
  const eventId = text('sg_event_id') ?? createHash('sha256').update(JSON.stringify(event)).digest('hex');
  const report = REPORTS[name];
  if (report && notificationId) {
    const isFailure = report === 'reportedFailed';
    const reason = text('reason') ?? text('type') ?? name;
    const work: WebhookWork = {
      kind: 'report',
      tenantId,
      notificationId,
      event: report,
      providerId: text('sg_message_id')?.split('.')[0] ?? null,
      code: isFailure ? (text('status') ?? name.toUpperCase()) : null,
      reason: isFailure ? withoutAddresses(reason) : null,
    };
    return [{ eventId, work }];
  }
  const address = parseAddress('email', text('email'));
  if (!WITHDRAWALS.has(name) || !address) return [];
  const seconds = typeof event.timestamp === 'number' ? event.timestamp : 0;
  const at = new Date(seconds * 1000).toISOString();
  const hash = addressHash(fingerprint, 'email', address);
  return [{ eventId, work: { kind: 'withdrawal', tenantId, channel: 'email', addressHash: hash, at } }];
}
