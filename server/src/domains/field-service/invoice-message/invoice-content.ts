import { type Json, type Language, parseRecordId, type RecordValues } from '@backhaul/shared';
import type { Description, FileOwner, SendSource } from '../../../notifications/sendable.ts';
import { disputableUntil } from '../disputes/dispute-window.ts';
import { textOf } from '../text-of.ts';
import { WORDS } from './words.ts';

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
  /** `null`: a draft. */
  readonly number: string | null;
  readonly title: string;
  /** What it is called: by its number, or by its title where it has none. */
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
  id,
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
  const title = textOf(record, 'title') ?? '';
  const dueDate = textOf(record, 'dueDate');
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
    number,
    title,
    label: number === null ? title : `${WORDS[language].invoice} ${number}`,
    amount: Number(record.amount),
    currency: textOf(record, 'currency') ?? settings.defaultCurrency,
    dueDate: dueDate ?? '',
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
    disputableUntil: disputableUntil(dueDate, settings.invoices.disputeWindowDays),
    fileOwners: [{ entity: 'finance_entry', id }, ...tasksOf(record)],
  };
}

/** What was done for it: photos of the work, for example. */
function tasksOf({ lineItems }: RecordValues): FileOwner[] {
  const lines = Array.isArray(lineItems) ? (lineItems as readonly { readonly taskId?: unknown }[]) : [];
  return lines.flatMap(({ taskId }) => parseRecordId(taskId) ?? []).map((id) => ({ entity: 'task', id }));
}

function linesOf(record: RecordValues): InvoiceContent['lines'] {
  const items = Array.isArray(record.lineItems) ? (record.lineItems as readonly InvoiceContent['lines'][number][]) : [];
  return items.map(({ description, quantity, unitPrice }) => ({ description, quantity, unitPrice }));
}
