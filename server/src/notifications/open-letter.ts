import { readNotificationByLink, withTenant } from '@backhaul/db';
import type { Services } from '../services.ts';
import { hashToken, openLetter, tenantOfToken } from './sealed-letter.ts';
import { letterOf } from './to-outgoing.ts';

/** As long as receipts of pushes: nobody asks what a bill of the year before last was, and a link that leaked does not stay open. */
const LINK_DAYS = 400;

/** The page behind a message's link; `null` for a link that no message holds, or that is too old. */
export async function openLetterPage(services: Services, token: string): Promise<string | null> {
  const tenantId = tenantOfToken(token);
  if (!tenantId) return null;
  return withTenant(
    services.database,
    tenantId,
    async (tx) => {
      const row = await readNotificationByLink(tx, hashToken(token));
      const sendable = services.sendables.find(({ entity }) => entity === row?.entity);
      if (!row || !sendable) return null;
      const age = services.now().getTime() - Date.parse(row.updated_at);
      if (age > LINK_DAYS * 86_400_000) return null;
      const sealed = openLetter(await services.crypto.keyring(tx), row.notification_id, row.sealed);
      return sendable.page(letterOf(services, { tenantId, row, sealed }));
    },
    { readOnly: true },
  );
}
