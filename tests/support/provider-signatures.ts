import { createHmac, generateKeyPairSync, randomUUID, sign } from 'node:crypto';

/** Requests as each provider signs them, to be sent as they are or altered. */
export interface SignedRequest {
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
}

export const PUBLIC_URL = 'https://app.example.com';
export const TWILIO = {
  accountSid: `AC${'1'.repeat(32)}`,
  authToken: 'twilio-auth-token',
  smsFrom: '+15085550100',
  whatsappFrom: '+15085550101',
  templates: { en: `HX${'2'.repeat(32)}`, es: null },
} as const;

const keys = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const strangers = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
export const SENDGRID = {
  apiKey: 'SG.key',
  from: 'office@example.com',
  webhookKey: keys.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
} as const;
export const CLERK_SECRET = `whsec_${Buffer.alloc(24, 3).toString('base64')}`;

/** Twilio: HMAC-SHA1 of the address and the sorted parameters. */
export function twilioRequest(
  path: string,
  params: { readonly [name: string]: string },
  authToken: string = TWILIO.authToken,
): SignedRequest {
  const sorted = Object.keys(params)
    .toSorted()
    .map((name) => `${name}${params[name]}`);
  const signature = createHmac('sha1', authToken)
    .update(`${PUBLIC_URL}${path}${sorted.join('')}`)
    .digest('base64');
  return {
    url: path,
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': signature },
    body: new URLSearchParams(params).toString(),
  };
}

/** SendGrid: ECDSA of the timestamp and the body. */
export function sendGridRequest(
  events: readonly object[],
  { at = new Date(), stranger = false }: { readonly at?: Date; readonly stranger?: boolean } = {},
): SignedRequest {
  const body = JSON.stringify(events);
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const key = stranger ? strangers.privateKey : keys.privateKey;
  return {
    url: '/v1/webhooks/sendgrid',
    headers: {
      'content-type': 'application/json',
      'x-twilio-email-event-webhook-timestamp': timestamp,
      'x-twilio-email-event-webhook-signature': sign('sha256', Buffer.from(timestamp + body), key).toString('base64'),
    },
    body,
  };
}

/** Clerk, through Svix: HMAC-SHA256 of id, timestamp and body. */
export function clerkRequest(
  event: object,
  {
    at = new Date(),
    id = `msg_${randomUUID()}`,
    secret = CLERK_SECRET,
  }: { readonly at?: Date; readonly id?: string; readonly secret?: string } = {},
): SignedRequest {
  const body = JSON.stringify(event);
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    url: '/v1/webhooks/clerk',
    headers: {
      'content-type': 'application/json',
      'svix-id': id,
      'svix-timestamp': timestamp,
      'svix-signature': `v1,${signature}`,
    },
    body,
  };
}
