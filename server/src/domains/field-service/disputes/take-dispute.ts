import { lockTenantClock, readRecentActions, saveTenantClock, type TenantTx, withTenant } from '@backhaul/db';
import { cursorToMicros, microsToCursor } from '@backhaul/shared';
import type { TenantClock } from '@backhaul/shared/engine';
import { type DisputeLink, readDisputeToken } from '../../../documents/dispute-token.ts';
import { readDescription } from '../../../notifications/read-sendable.ts';
import { writeAsService } from '../../../records/write-record.ts';
import type { Services } from '../../../services.ts';
import type { InvoiceContent } from '../invoice-message/invoice-content.ts';
import { invoiceSendable } from '../invoice-message/invoice-sendable.ts';
import { moneyText } from '../invoice-message/format-values.ts';
import { textOf } from '../text-of.ts';
import type { DisputedInvoice, DisputeView } from './dispute-page.ts';
import { joinReasons, parseReason } from './reason.ts';

export interface DisputeAnswer {
  readonly invoice: DisputedInvoice;
  readonly view: DisputeView;
}

/** Messages about one invoice in any 24 hours. */
export const DISPUTES_A_DAY = 5;
const DAY_MICROS = 86_400_000_000n;

/** What the link shows; `null` for one that the service has not signed, or whose invoice is gone. */
export async function openDispute(services: Services, token: string): Promise<DisputeAnswer | null> {
  const link = readDisputeToken(services.crypto, token);
  if (!link) return null;
  return withTenant(
    services.database,
    link.tenantId,
    async (tx) => {
      const found = await readInvoice(services, tx, link);
      if (!found) return null;
      const { invoice, isDisputed, isOver } = found;
      return { invoice, view: { kind: isOver ? 'closed' : isDisputed ? 'open' : 'ask' } };
    },
    { readOnly: true },
  );
}

/**
 * Marks the invoice as disputed, with the client's words, by the service's own engine (I11) under the tenant clock's lock: devices
 * get it, the audit log has it, and the messages of the last day are counted whichever instances took them.
 */
export async function takeDispute(
  services: Services,
  token: string,
  text: string | null,
): Promise<DisputeAnswer | null> {
  const link = readDisputeToken(services.crypto, token);
  if (!link) return null;
  const reason = parseReason(text);
  return withTenant(services.database, link.tenantId, async (tx): Promise<DisputeAnswer | null> => {
    const clock = await lockTenantClock(tx);
    const found = clock && (await readInvoice(services, tx, link));
    if (!clock || !found) return null;
    const { invoice, isDisputed, isOver, before } = found;
    if (isOver) return { invoice, view: { kind: 'closed' } };
    if (reason === null) return { invoice, view: { kind: 'empty' } };
    // Sent twice by one press of the button.
    if (isDisputed && (before === reason || before?.endsWith(`\n\n${reason}`)))
      return { invoice, view: { kind: 'taken' } };
    if ((await countRecent(tx, clock, link)) >= DISPUTES_A_DAY) return { invoice, view: { kind: 'tooMany' } };
    const write = {
      op: 'upsert',
      entity: invoiceSendable.entity,
      id: link.id,
      values: { isDisputed: true, disputeReason: joinReasons(before, reason) },
      base: { kind: 'current' },
    } as const;
    const written = await writeAsService(services, { tx, clock, actor: null, auditAs: 'dispute' }, write);
    if (!written) throw new Error('A dispute was refused by its record');
    await saveTenantClock(tx, clock);
    return { invoice, view: { kind: 'taken' } };
  });
}

interface FoundInvoice {
  readonly invoice: DisputedInvoice;
  readonly isDisputed: boolean;
  readonly isOver: boolean;
  readonly before: string | null;
}

async function readInvoice(services: Services, tx: TenantTx, { id, until }: DisputeLink): Promise<FoundInvoice | null> {
  const found = await readDescription(services, tx, { sendable: invoiceSendable, id, withDeleted: true });
  if (!found || found.isDeleted || found.description.kind === 'refused') return null;
  const { record, description } = found;
  const content = description.content as unknown as InvoiceContent;
  const now = services.now();
  const window = description.disputableUntil;
  return {
    invoice: {
      company: content.company.name,
      label: content.label,
      amount: moneyText(content.amount, content.currency, content.language),
      language: content.language,
    },
    isDisputed: record.isDisputed === true,
    isOver: now >= until || (window !== null && now >= window),
    before: textOf(record, 'disputeReason'),
  };
}

async function countRecent(tx: TenantTx, clock: TenantClock, { id }: DisputeLink): Promise<number> {
  const since = microsToCursor(cursorToMicros(clock.peek()) - DAY_MICROS);
  const recent = await readRecentActions(tx, { entity: invoiceSendable.entity, id, action: 'dispute', since });
  return recent.length;
}
