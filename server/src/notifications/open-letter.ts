import { type NotificationRow, readNotificationByLink, type TenantTx, withTenant } from '@backhaul/db';
import type { TenantId } from '@backhaul/shared';
import { DOWNLOAD_SECONDS } from '@backhaul/shared/schemas';
import { objectStore } from '../attachments/object-store-of.ts';
import type { Services } from '../services.ts';
import { hashToken, openLetter, type SealedLetter, tenantOfToken } from './sealed-letter.ts';
import { isFileGone, type SentFile } from './sent-file.ts';
import { letterOf } from './to-outgoing.ts';

/** As long as receipts of pushes: nobody asks what a bill of the year before last was, and a link that leaked does not stay open. */
const LINK_DAYS = 400;

interface Opened {
  readonly tx: TenantTx;
  readonly tenantId: TenantId;
  readonly row: NotificationRow;
  readonly sealed: SealedLetter;
}

/** The page behind a message's link; `null` for a link that no message holds, or that is too old. */
export function openLetterPage(services: Services, token: string): Promise<string | null> {
  return withLetter(services, token, async ({ tenantId, row, sealed }) => {
    const sendable = services.sendables.find(({ entity }) => entity === row.entity);
    return sendable?.page(letterOf(services, { tenantId, row, sealed })) ?? null;
  });
}

/** Where the file that went along is, for ten minutes; `null` where none did, it is deleted, or the link opens nothing. */
export async function openLetterFile(services: Services, token: string): Promise<string | null> {
  const found = await withLetter(services, token, async ({ tx, tenantId, sealed: { file } }) =>
    file === null || (await isFileGone(services, tx, file)) ? null : { tenantId, file },
  );
  return found && signFile(services, found);
}

function signFile(
  services: Services,
  { tenantId, file: { attachmentId, ...shown } }: { readonly tenantId: TenantId; readonly file: SentFile },
): Promise<string> {
  return objectStore(services).signDownload({ tenantId, attachmentId }, shown, DOWNLOAD_SECONDS);
}

async function withLetter<T>(
  services: Services,
  token: string,
  read: (opened: Opened) => Promise<T | null>,
): Promise<T | null> {
  const tenantId = tenantOfToken(token);
  if (!tenantId) return null;
  return withTenant(
    services.database,
    tenantId,
    async (tx) => {
      const row = await readNotificationByLink(tx, hashToken(token));
      if (!row) return null;
      // Since it was asked for, whatever was heard of it later.
      const age = services.now().getTime() - Date.parse(row.version);
      if (age > LINK_DAYS * 86_400_000) return null;
      const sealed = openLetter(await services.crypto.keyring(tx), row.notification_id, row.sealed);
      return read({ tx, tenantId, row, sealed });
    },
    { readOnly: true },
  );
}
