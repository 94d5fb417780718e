import { type Json, type Language, parseRecordId, type RecordValues } from '@backhaul/shared';
import type { Description, SendSource } from '../../../notifications/sendable.ts';

/** Everything that a customer sees of an invoice. */
export interface InvoiceContent {
  readonly company: {
    readonly name: string;
    readonly address: string | null;
    readonly taxId: string | null;
    readonly email: string | null;
    readonly phone: string | null;
    readonly website: string | null;
    readonly footer: string | null;
  };
  readonly clientName: string;
  /** The invoice's number, or its title where it has none. */
  readonly label: string;
  readonly amount: number;
  readonly currency: string;
  readonly dueDate: string;
  readonly period: { readonly from: string | null; readonly to: string | null };
  readonly lines: readonly { readonly description: string; readonly quantity: number; readonly unitPrice: number }[];
  readonly language: Language;
}

/** A `finance_entry` of the kind that a client gets. */
export async function describeInvoice({
  record,
  related,
  settings,
  tenantName,
  number,
}: SendSource): Promise<Description> {
  if (record.kind !== 'invoiceClient') return { kind: 'refused', message: 'Only invoices to clients are sent' };
  const clientId = parseRecordId(record.clientId);
  const client = clientId === null ? null : await related('client', clientId);
  if (client === null) return { kind: 'refused', message: 'The invoice names no client' };
  const { company, language } = settings;
  const name = company.legalName ?? tenantName;
  const content: InvoiceContent = {
    company: {
      name,
      address: company.address,
      taxId: company.taxId,
      email: company.email,
      phone: company.phone,
      website: company.website,
      footer: company.invoiceFooter,
    },
    clientName: textOf(client, 'name') ?? textOf(record, 'clientName') ?? '',
    label: number ?? textOf(record, 'title') ?? '',
    amount: Number(record.amount),
    currency: textOf(record, 'currency') ?? settings.defaultCurrency,
    dueDate: textOf(record, 'dueDate') ?? '',
    period: { from: textOf(record, 'periodStart'), to: textOf(record, 'periodEnd') },
    lines: linesOf(record),
    language,
  };
  return {
    kind: 'sendable',
    content: content as unknown as Json,
    addresses: {
      whatsapp: textOf(client, 'whatsappPhone') ?? textOf(client, 'phone'),
      sms: textOf(client, 'phone'),
      email: textOf(client, 'email'),
    },
    language,
    from: name,
    replyTo: company.email,
  };
}

function textOf(record: RecordValues, field: string): string | null {
  const value = record[field];
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}

function linesOf(record: RecordValues): InvoiceContent['lines'] {
  const items = Array.isArray(record.lineItems) ? (record.lineItems as readonly InvoiceContent['lines'][number][]) : [];
  return items.map(({ description, quantity, unitPrice }) => ({ description, quantity, unitPrice }));
}
