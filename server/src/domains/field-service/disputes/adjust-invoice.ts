import { insertSendRequest, readSendRequest } from '@backhaul/db';
import type { AdjustRequest, AdjustResponse, RecordId } from '@backhaul/shared';
import type { Caller } from '../../../access/with-locked-access.ts';
import { ApiError } from '../../../http/api-error.ts';
import { hashContent, readDescription } from '../../../notifications/read-sendable.ts';
import { withLockedRecords } from '../../../records/write-record.ts';
import type { Services } from '../../../services.ts';
import { fromCents, toCents } from '../billing/cents.ts';
import { LINES_MAX } from '../billing/entry-plan.ts';
import { invoiceSendable } from '../invoice-message/invoice-sendable.ts';

/**
 * Adds a line to an invoice, and settles its dispute if asked to: an ordinary change of the manager's, within the tenant's window.
 * What is typed on a device at any time is taken like any edit; this is the way that keeps to the rule.
 *
 * Throws NOT_FOUND, NOT_SENDABLE for what is no invoice, INVALID_AMOUNT, INVALID_FIELD where no line can be added, WINDOW_CLOSED, IDEMPOTENCY_KEY_REUSED, RECORD_MOVED.
 */
export function adjustInvoice(
  services: Services,
  caller: Caller,
  { id, request }: { readonly id: RecordId; readonly request: AdjustRequest },
): Promise<AdjustResponse> {
  const cents = toCents(request.amount);
  if (fromCents(cents) !== request.amount) throw new ApiError('INVALID_AMOUNT', { details: { fields: ['amount'] } });
  const { idempotencyKey: key, expectedUpdatedAt: expected, ...rest } = request;
  const requestHash = hashContent({ path: `${invoiceSendable.path}/adjust`, id, ...rest });
  return withLockedRecords(services, caller, async ({ tx, access, writeEach }) => {
    if (access.role !== 'manager') throw new ApiError('FORBIDDEN');
    const known = key === undefined ? null : await readSendRequest(tx, key);
    if (known && known.requestHash !== requestHash) throw new ApiError('IDEMPOTENCY_KEY_REUSED');
    const found = await readDescription(services, tx, { sendable: invoiceSendable, id, withDeleted: true });
    if (!found) throw new ApiError('NOT_FOUND');
    const { record, description, updatedAt: version } = found;
    if (known) return { id, amount: Number(record.amount), isDisputed: record.isDisputed === true, updatedAt: version };
    if (found.isDeleted) throw new ApiError('NOT_FOUND');
    if (expected !== undefined && expected !== version) {
      throw new ApiError('RECORD_MOVED', { details: { updatedAt: version } });
    }
    if (description.kind === 'refused') throw new ApiError('NOT_SENDABLE', { message: description.message });
    const until = description.disputableUntil;
    if (until !== null && services.now() >= until) {
      throw new ApiError('WINDOW_CLOSED', { details: { until: until.toISOString() } });
    }
    const lines = Array.isArray(record.lineItems) ? record.lineItems : [];
    if (lines.length >= LINES_MAX) {
      const message = `The invoice has ${LINES_MAX} lines, as many as one may have`;
      throw new ApiError('INVALID_FIELD', { message, details: { fields: ['lineItems'], maxLines: LINES_MAX } });
    }
    const values = {
      lineItems: [...lines, { description: request.description.trim(), quantity: 1, unitPrice: request.amount }],
      amount: fromCents(toCents(Number(record.amount)) + cents),
      ...(request.settleDispute === true ? { isDisputed: false } : {}),
    };
    const write = { op: 'upsert', entity: invoiceSendable.entity, id, values, base: { kind: 'current' } } as const;
    const [outcome] = await writeEach([write], { auditAs: 'adjust' });
    if (outcome?.kind !== 'accepted') {
      throw new ApiError(outcome?.code ?? 'INTERNAL', { message: outcome?.message ?? '' });
    }
    if (key !== undefined) {
      const now = services.now().toISOString();
      await insertSendRequest(tx, { key, requestHash, notificationIds: [], now });
    }
    const { updatedAt, values: written } = outcome.record;
    return { id, amount: Number(written.amount), isDisputed: written.isDisputed === true, updatedAt };
  });
}
