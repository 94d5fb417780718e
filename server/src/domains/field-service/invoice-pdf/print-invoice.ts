import { withTenant } from '@backhaul/db';
import type { RecordId, TenantId } from '@backhaul/shared';
import { disputeLinkOf } from '../../../documents/dispute-link.ts';
import { readLook } from '../../../documents/read-look.ts';
import { ApiError } from '../../../http/api-error.ts';
import { readDescription } from '../../../notifications/read-sendable.ts';
import type { PdfFile } from '../../../notifications/sendable.ts';
import type { Services } from '../../../services.ts';
import { invoiceSendable } from '../invoice-message/invoice-sendable.ts';

/** The invoice as it is now, also of a client who is deleted. Throws NOT_FOUND, NOT_SENDABLE. */
export async function printInvoice(services: Services, tenantId: TenantId, id: RecordId): Promise<PdfFile> {
  const found = await withTenant(
    services.database,
    tenantId,
    (tx) => readDescription(services, tx, { sendable: invoiceSendable, id, withDeleted: true }),
    { readOnly: true },
  );
  if (!found || found.isDeleted) throw new ApiError('NOT_FOUND');
  const { description, number } = found;
  if (description.kind === 'refused') throw new ApiError('NOT_SENDABLE', { message: description.message });
  const { disputableUntil: window } = description;
  // Nobody outside has a draft.
  const until = number !== null && window !== null && window > services.now() ? window : null;
  return invoiceSendable.pdf({
    content: description.content,
    disputeLink: disputeLinkOf(services, { tenantId, id, until }),
    look: await readLook(services, tenantId),
  });
}
