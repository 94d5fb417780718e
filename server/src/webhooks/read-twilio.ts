import type { Channel } from '@backhaul/shared';
import { parseRecordId, parseTenantId } from '@backhaul/shared';
import twilio from 'twilio';
import { addressHash } from '../infra/address-hash.ts';
import type { RawWebhook, ReadWebhook, VerifiedEvent, WebhookWork } from './webhook-work.ts';

/**
 * Status callbacks and messages of customers. Twilio signs the address that it was given and every parameter, but no time: what
 * keeps a replay from doing anything is the event's id.
 */
export function readTwilio({
  authToken,
  publicUrl,
  fingerprint,
}: {
  readonly authToken: string;
  readonly publicUrl: () => string;
  readonly fingerprint: (text: string) => string;
}): ReadWebhook {
  return async (raw) => {
    const params = readForm(raw.body);
    const signature = raw.headers['x-twilio-signature'];
    if (params === null || signature === undefined) return null;
    if (!twilio.validateRequest(authToken, signature, `${publicUrl()}${raw.url}`, params)) return null;
    const event = params.MessageStatus === undefined ? readWord(raw, params, fingerprint) : readStatus(raw, params);
    return event ? [event] : [];
  };
}

type Params = { readonly [name: string]: string };

/** `null`: a name occurs twice, which Twilio never sends and the library would read in its own way. */
function readForm(body: Buffer): Params | null {
  const pairs = [...new URLSearchParams(body.toString('utf8'))];
  const params = Object.fromEntries(pairs);
  return Object.keys(params).length === pairs.length ? params : null;
}

const STATUSES: { readonly [status: string]: Extract<WebhookWork, { kind: 'report' }>['event'] } = {
  accepted: 'reportedSent',
  scheduled: 'reportedSent',
  queued: 'reportedSent',
  sending: 'reportedSent',
  sent: 'reportedSent',
  delivered: 'reportedDelivered',
  read: 'reportedDelivered',
  undelivered: 'reportedFailed',
  failed: 'reportedFailed',
  canceled: 'reportedFailed',
};

function readStatus({ url }: RawWebhook, params: Params): VerifiedEvent | null {
  const query = new URL(url, 'http://service').searchParams;
  const tenantId = parseTenantId(query.get('tenant'));
  const notificationId = parseRecordId(query.get('notification'));
  const { MessageSid: providerId, MessageStatus: status = '', ErrorCode: errorCode, ErrorMessage: reason } = params;
  const event = STATUSES[status];
  if (!tenantId || !notificationId || !providerId || !event) return null;
  const isFailure = event === 'reportedFailed';
  return {
    eventId: `${providerId}:${status}`,
    work: {
      kind: 'report',
      tenantId,
      notificationId,
      event,
      providerId,
      code: isFailure ? (errorCode ?? status.toUpperCase()) : null,
      reason: isFailure ? (reason ?? `The provider reports: ${status}`) : null,
    },
  };
}

const STOP = new Set(['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT', 'ALTO', 'BAJA']);
const START = new Set(['START', 'UNSTOP', 'YES', 'ALTA']);

function readWord({ now }: RawWebhook, params: Params, fingerprint: (text: string) => string): VerifiedEvent | null {
  const { MessageSid: sid, From: from = '', Body: body = '', OptOutType: type = '' } = params;
  const text = (type || body)
    .trim()
    .toUpperCase()
    .replaceAll(/[.!]+$/g, '');
  const word = STOP.has(text) ? 'stop' : START.has(text) ? 'start' : null;
  const channel: Channel = from.startsWith('whatsapp:') ? 'whatsapp' : 'sms';
  // As the networks name it, which is not always a form that is valid to dial.
  const number = /^(?:whatsapp:)?(\+\d{6,15})$/.exec(from)?.[1];
  if (!sid || !word || number === undefined) return null;
  const hash = addressHash(fingerprint, channel, number);
  const work = { kind: 'word', channel, addressHash: hash, word, at: now.toISOString() } as const;
  return { eventId: `${sid}:word`, work };
}
