import type { FinalizeResponse, RecordId } from '@backhaul/shared';
import type { Caller } from '../../../access/with-locked-access.ts';
import { assignNumber } from '../../../documents/document-number.ts';
import { ApiError } from '../../../http/api-error.ts';
import { asManager } from '../../../members/authorise-manager.ts';
import { readDescription } from '../../../notifications/read-sendable.ts';
import type { Services } from '../../../services.ts';
import { refuseBilledTwice } from '../billing/refuse-billed-twice.ts';
import { invoiceSendable } from '../invoice-message/invoice-sendable.ts';

/** Throws NOT_FOUND, NOT_SENDABLE, ALREADY_BILLED. */
export function finalizeInvoice(services: Services, caller: Caller, id: RecordId): Promise<FinalizeResponse> {
  return asManager(services, caller, async (locked) => {
    const found = await readDescription(services, locked.tx, { sendable: invoiceSendable, id, withDeleted: true });
    if (!found || found.isDeleted) throw new ApiError('NOT_FOUND');
    if (found.description.kind === 'refused') {
      throw new ApiError('NOT_SENDABLE', { message: found.description.message });
    }
    if (found.number === null) await refuseBilledTwice(locked.tx, { id, record: found.record });
    const document = { entity: invoiceSendable.entity, id };
    return { id, number: await assignNumber(services, locked, { document, caller }) };
  });
}
