import type { Services } from '../services.ts';
import { readClerk } from './read-clerk.ts';
import { readSendGrid } from './read-sendgrid.ts';
import { readTwilio } from './read-twilio.ts';
import type { ReadWebhook } from './webhook-work.ts';

export type WebhookProvider = 'twilio' | 'sendgrid' | 'clerk';

/** `null`: nothing is taken from that provider, because nothing would prove that it comes from there. */
export function readersOf({ config, links, crypto }: Pick<Services, 'config' | 'links' | 'crypto'>): {
  readonly [P in WebhookProvider]: ReadWebhook | null;
} {
  const { twilio, sendGrid, clerkWebhookSecret } = config;
  const { fingerprint } = crypto;
  return {
    twilio: twilio ? readTwilio({ authToken: twilio.authToken, publicUrl: links.base, fingerprint }) : null,
    sendgrid: sendGrid?.webhookKey ? readSendGrid({ key: sendGrid.webhookKey, fingerprint }) : null,
    clerk: clerkWebhookSecret === null ? null : readClerk({ signingSecret: clerkWebhookSecret }),
  };
}
