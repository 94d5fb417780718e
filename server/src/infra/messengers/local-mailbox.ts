import type { Mailbox } from '../mailbox.ts';
import type { Messenger } from './messenger.ts';

/** Development: messages end in the mailbox that the web app shows. */
export function mailboxMessenger(mailbox: Mailbox): Messenger {
  return {
    name: 'mailbox',
    async deliver({ notificationId, to, from, content, attachments: files }) {
      const attachments = files.map(({ fileName, mimeType, bytes }) => ({ fileName, mimeType, size: bytes.length }));
      const facts = contentFacts(content);
      mailbox.deliver({ channel: content.channel, to, from, notificationId, attachments, ...facts });
      return { kind: 'accepted', providerId: notificationId };
    },
    async find({ mark }) {
      const found = mailbox.list().find(({ text, notificationId }) => notificationId !== null && text.includes(mark));
      return found ? { kind: 'found', providerId: found.notificationId as string } : { kind: 'absent' };
    },
  };
}

function contentFacts(content: Parameters<Messenger['deliver']>[0]['content']) {
  return content.channel === 'email'
    ? { subject: content.subject, text: content.text, html: content.html }
    : { subject: null, text: content.text, html: null };
}
