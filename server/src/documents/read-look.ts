import { type TenantTx, withTenant } from '@backhaul/db';
import { parseRecordId, type RecordId, type TenantId } from '@backhaul/shared';
import { findAttachments } from '../attachments/attachment-entity.ts';
import { readAttachment } from '../attachments/read-attachment.ts';
import { type Logo, prepareLogo } from '../infra/pdf/logo.ts';
import type { Services } from '../services.ts';
import { readSettings } from '../settings/read-settings.ts';

/** How a tenant's documents look, whatever they say. */
export interface DocumentLook {
  readonly paper: 'A4' | 'Letter';
  readonly logo: Logo | null;
}

const LOGO_BYTES_MAX = 2 * 1024 * 1024;

/**
 * The logo is an attachment of the tenant, never an address. One that is missing, unreadable, or out of reach is left out: an
 * invoice does not wait for a picture. No transaction is open while the object store is asked.
 */
export async function readLook(services: Services, tenantId: TenantId): Promise<DocumentLook> {
  const { paper, logoId } = await withTenant(services.database, tenantId, (tx) => readChosen(services, tx), {
    readOnly: true,
  });
  if (logoId === null || !services.objects) return { paper, logo: null };
  const bytes = await services.objects.store.read({ tenantId, attachmentId: logoId }, LOGO_BYTES_MAX).catch(() => null);
  return { paper, logo: bytes === null ? null : prepareLogo(bytes) };
}

async function readChosen(
  services: Services,
  tx: TenantTx,
): Promise<{ readonly paper: DocumentLook['paper']; readonly logoId: RecordId | null }> {
  const { values } = await readSettings(tx);
  const { paper } = values.invoices;
  const id = parseRecordId(values.company.logoAttachmentId);
  if (id === null || !findAttachments(services.domain)) return { paper, logoId: null };
  const attachment = await readAttachment(services, tx, id);
  const isReady = attachment?.deletedAt === null && attachment.values.status === 'ready';
  return { paper, logoId: isReady ? id : null };
}
