import type { Channel } from '@backhaul/shared';
import { countSegments } from './sms-segments.ts';

/** What a development service would have sent: kept in memory, newest first, and gone with the process. */
export interface Mailbox {
  deliver(mail: NewMail): void;
  list(): readonly Mail[];
}

export interface NewMail {
  readonly channel: Channel;
  /** An email address or a telephone number. */
  readonly to: string;
  /** The name that the recipient sees. */
  readonly from: string;
  /** Of an email. */
  readonly subject: string | null;
  readonly text: string;
  readonly html: string | null;
  /** Of an email: what is attached to it. */
  readonly attachments: readonly MailAttachment[];
  /** `null`: no message of a tenant, an invitation for example. */
  readonly notificationId: string | null;
}

export interface MailAttachment {
  readonly fileName: string;
  readonly mimeType: string;
  /** Bytes. */
  readonly size: number;
}

export interface Mail extends NewMail {
  readonly id: string;
  /** ISO-8601 UTC. */
  readonly at: string;
  /** Of an SMS: what would be paid for. */
  readonly segments: number | null;
}

const KEPT = 200;

export function createMailbox({ now, newId }: { now: () => Date; newId: () => string }): Mailbox {
  const mails: Mail[] = [];
  return {
    deliver(mail) {
      const segments = mail.channel === 'sms' ? countSegments(mail.text) : null;
      mails.unshift({ ...mail, id: newId(), at: now().toISOString(), segments });
      mails.length = Math.min(mails.length, KEPT);
    },
    list: () => [...mails],
  };
}
