import type { Channel, Notification, NotificationStatus } from '@backhaul/shared';
import type { Tone } from '../theme.ts';
import { clockTime } from '../ui/when.ts';

export const CHANNEL_NAMES: { readonly [C in Channel]: string } = { whatsapp: 'WhatsApp', sms: 'SMS', email: 'Email' };

export const STATUS_TONES: { readonly [S in NotificationStatus]: Tone } = {
  queued: 'gray',
  sending: 'blue',
  sent: 'cyan',
  delivered: 'teal',
  failed: 'red',
  unknown: 'orange',
};

export const STATUS_NAMES: { readonly [S in NotificationStatus]: string } = {
  queued: 'Waiting',
  sending: 'Sending',
  sent: 'Sent',
  delivered: 'Delivered',
  failed: 'Failed',
  unknown: 'Unclear',
};

/** What is known of a message beyond its state; `null`: nothing that anybody needs. */
export function describeTrouble(message: Notification): string | null {
  const { status, reason, code, nextAttemptAt, attempts, looks, lookResult, lookedAt, provider } = message;
  const why = [reason, code === null ? null : `(${code})`].filter((part) => part !== null).join(' ');
  if (status === 'failed') return why;
  if (status === 'queued' && attempts > 0) {
    return `Tried ${attempts === 1 ? 'once' : `${attempts} times`}. ${why}${nextAttemptAt === null ? '' : `. Again at ${clockTime(nextAttemptAt)}`}`;
  }
  if (status !== 'unknown') return null;
  const seen =
    looks === 0 || lookedAt === null
      ? 'It has not been looked for yet.'
      : lookResult === 'absent'
        ? `At ${clockTime(lookedAt)} ${provider ?? 'the provider'} had no such message.`
        : `${provider ?? 'The provider'} could not be asked (last at ${clockTime(lookedAt)}).`;
  return `It may have arrived. ${why}. ${seen}`;
}
