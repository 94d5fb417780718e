import type { Sendable } from '../../../notifications/sendable.ts';
import { refuseBilledTwice } from '../billing/refuse-billed-twice.ts';
import { describeInvoice } from './invoice-content.ts';
import { printContent } from '../invoice-pdf/print-content.ts';
import { invoicePage, renderInvoice } from './render-invoice.ts';

/** Invoices to clients, by WhatsApp, SMS and email. */
export const invoiceSendable: Sendable = {
  path: 'invoices',
  entity: 'finance_entry',
  describe: describeInvoice,
  refusals: ['ALREADY_BILLED'],
  refuseIssue: refuseBilledTwice,
  render: renderInvoice,
  page: invoicePage,
  pdf: printContent,
};
