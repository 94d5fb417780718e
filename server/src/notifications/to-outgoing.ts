import type { NotificationRow } from '@backhaul/db';
import type { TenantId } from '@backhaul/shared';
import { disputeLinkOf } from '../documents/dispute-link.ts';
import { readLook } from '../documents/read-look.ts';
import type { OutgoingFile, OutgoingMessage } from '../infra/messengers/messenger.ts';
import type { Services } from '../services.ts';
import type { NotificationKey } from './notification-key.ts';
import type { SealedLetter } from './sealed-letter.ts';
import type { Letter, LetterFile, Sendable } from './sendable.ts';
import { attachedFile, type SentFile } from './sent-file.ts';

/** The same for every attempt: rendered from the sealed letter alone. */
export async function toOutgoing(
  services: Services,
  { tenantId, notificationId }: NotificationKey,
  { row, letter: sealed }: { readonly row: NotificationRow; readonly letter: SealedLetter },
): Promise<OutgoingMessage> {
  const sendable = services.sendables.find(({ entity }) => entity === row.entity);
  if (!sendable) throw new Error(`Nothing renders messages about ${row.entity}`);
  const { to, token, from, replyTo } = sealed;
  const letter = letterOf(services, { tenantId, row, sealed });
  return {
    tenantId,
    notificationId,
    to,
    mark: token,
    from,
    replyTo,
    content: sendable.render(letter, row.channel),
    attachments: row.channel === 'email' ? await filesOf(services, sendable, { tenantId, letter, sealed }) : [],
  };
}

/** What a queued message and the page behind its link say. */
export function letterOf(
  services: Pick<Services, 'crypto' | 'links'>,
  {
    tenantId,
    row,
    sealed,
  }: { readonly tenantId: TenantId; readonly row: Pick<NotificationRow, 'entity_id'>; readonly sealed: SealedLetter },
): Letter {
  const { token, content, message, language, disputeUntil, file } = sealed;
  const until = disputeUntil === null ? null : new Date(disputeUntil);
  return {
    content,
    message,
    language,
    link: services.links.letter(token),
    file: file && letterFile(services, file, token),
    disputeLink: disputeLinkOf(services, { tenantId, id: row.entity_id, until }),
  };
}

export function letterFile(
  { links }: Pick<Services, 'links'>,
  { fileName, size }: SentFile,
  token: string,
): LetterFile {
  return { name: fileName, size, link: links.letterFile(token) };
}

async function filesOf(
  services: Services,
  sendable: Sendable,
  { tenantId, letter, sealed: { includePdf, file } }: { tenantId: TenantId; letter: Letter; sealed: SealedLetter },
): Promise<OutgoingFile[]> {
  const attached = file && (await attachedFile(services, tenantId, file));
  const document = includePdf ? await printed(services, sendable, { tenantId, letter }) : null;
  return [document, attached].filter((one) => one !== null);
}

async function printed(
  services: Services,
  sendable: Sendable,
  { tenantId, letter }: { readonly tenantId: TenantId; readonly letter: Letter },
): Promise<OutgoingFile> {
  const { content, disputeLink } = letter;
  const look = await readLook(services, tenantId);
  return { mimeType: 'application/pdf', ...(await sendable.pdf({ content, disputeLink, look })) };
}
