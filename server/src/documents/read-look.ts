import { readTenantLogo, type StoredLogo, type TenantTx, withTenant } from '@backhaul/db';
import { parseRecordId, type RecordId, type TenantId } from '@backhaul/shared';
import { findAttachments } from '../attachments/attachment-entity.ts';
import { readAttachment } from '../attachments/read-attachment.ts';
import { type Logo, LOGO_BYTES_MAX, prepareLogo } from '../infra/pdf/logo.ts';
import type { Services } from '../services.ts';
import { readSettings } from '../settings/read-settings.ts';

/** How a tenant's documents look, whatever they say. */
export interface DocumentLook {
  readonly paper: 'A4' | 'Letter';
  readonly logo: Logo | null;
}

/**
 * The logo is the tenant's own picture or, where it gave none, an attachment of it, never an address. One that is missing, unreadable, or out of reach is left out: an
 * invoice does not wait for a picture. No transaction is open while the object store is asked.
 */
export async function readLook(services: Services, tenantId: TenantId): Promise<DocumentLook> {
  const { paper, own, logoId } = await withTenant(services.database, tenantId, (tx) => readChosen(services, tx), {
    readOnly: true,
  });
  if (own) return { paper, logo: prepareLogo(own.bytes) };
  if (logoId === null || !services.objects) return { paper, logo: null };
  const bytes = await services.objects.store.read({ tenantId, attachmentId: logoId }, LOGO_BYTES_MAX).catch(() => null);
  return { paper, logo: bytes === null ? null : prepareLogo(bytes) };
}

async function readChosen(
  services: Services,
  tx: TenantTx,
): Promise<{
  readonly paper: DocumentLook['paper'];
  readonly own: StoredLogo | null;
  readonly logoId: RecordId | null;
}> {
  const { values } = await readSettings(tx);
  const { paper } = values.invoices;
  const own = await readTenantLogo(tx);
  const id = parseRecordId(values.company.logoAttachmentId);
  if (id === null || !findAttachments(services.domain)) return { paper, own, logoId: null };
  const attachment = await readAttachment(services, tx, id);
  const isReady = attachment?.deletedAt === null && attachment.values.status === 'ready';
  return { paper, own, logoId: isReady ? id : null };
}
