import type { Config } from '../../config/load-config.ts';
import { PROVIDER_TIMEOUT_MS } from '../../notifications/timing.ts';
import type { Links } from '../links.ts';
import type { Mailbox } from '../mailbox.ts';
import { mailboxMessenger } from './local-mailbox.ts';
import type { Messengers } from './messenger.ts';
import { sendGridMessenger } from './sendgrid.ts';
import { twilioMessenger } from './twilio.ts';

/** The providers that are set up; where none is, the mailbox of a development service, or nothing. */
export function createMessengers(
  { twilio, sendGrid }: Pick<Config, 'twilio' | 'sendGrid'>,
  {
    mailbox,
    links,
    timeoutMs = PROVIDER_TIMEOUT_MS,
  }: { readonly mailbox: Mailbox | null; readonly links: Links; readonly timeoutMs?: number },
): Messengers {
  const local = mailbox ? mailboxMessenger(mailbox) : null;
  const phone = twilio ? twilioMessenger({ ...twilio, publicUrl: links.base, timeoutMs }) : null;
  return {
    whatsapp: twilio ? (twilio.whatsappFrom === null ? null : phone) : local,
    sms: twilio ? (twilio.smsFrom === null ? null : phone) : local,
    email: sendGrid ? sendGridMessenger({ ...sendGrid, timeoutMs }) : local,
  };
}
