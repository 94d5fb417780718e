import type { NotificationRow } from '@backhaul/db';
import type { OutgoingMessage } from '../infra/messengers/messenger.ts';
import type { Services } from '../services.ts';
import type { NotificationKey } from './notification-key.ts';
import type { SealedLetter } from './sealed-letter.ts';

/** The same for every attempt: rendered from the sealed letter alone. */
export async function toOutgoing(
  { sendables, links, documents }: Services,
  { tenantId, notificationId }: NotificationKey,
  { row, letter }: { readonly row: NotificationRow; readonly letter: SealedLetter },
): Promise<OutgoingMessage> {
  const sendable = sendables.find(({ entity }) => entity === row.entity);
  if (!sendable) throw new Error(`Nothing renders messages about ${row.entity}`);
  const { to, token, from, replyTo, content, message, language, includePdf } = letter;
  const isAttached = includePdf && row.channel === 'email' && documents !== null;
  const document = { tenantId, entity: row.entity, id: row.entity_id, version: row.content_hash };
  return {
    tenantId,
    notificationId,
    to,
    mark: token,
    from,
    replyTo,
    content: sendable.render({ content, message, language, link: links.letter(token) }, row.channel),
    attachments: isAttached ? [{ mimeType: 'application/pdf', ...(await documents.pdf(document)) }] : [],
  };
}
