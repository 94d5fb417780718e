import type { Language } from '@backhaul/shared';

/** What a message about an invoice says besides the invoice's own values. */
export interface InvoiceWords {
  readonly subject: (company: string, label: string) => string;
  /** For 160 characters, the link included. */
  readonly sms: (parts: { company: string; amount: string; due: string; link: string }) => string;
  /** As the approved template has it; the variables are in this order. */
  readonly whatsapp: (variables: readonly string[]) => string;
  readonly greeting: (client: string) => string;
  readonly intro: (company: string) => string;
  readonly amount: string;
  readonly due: string;
  readonly period: string;
  readonly description: string;
  readonly quantity: string;
  readonly price: string;
  readonly total: string;
  readonly open: string;
  readonly file: string;
  readonly invoice: string;
  readonly draft: string;
  readonly billTo: string;
  readonly adjustment: string;
  readonly disputeAsk: string;
  readonly page: (number: number, count: number) => string;
  readonly automatic: (company: string) => string;
}

export const WORDS: { readonly [L in Language]: InvoiceWords } = {
  en: {
    subject: (company, label) => `${label} from ${company}`,
    sms: ({ company, amount, due, link }) => `${company}: invoice of ${amount}, due ${due}. ${link}`,
    whatsapp: ([client, company, label, amount, due, link]) =>
      `Hello ${client}, here is your invoice from ${company}: ${label}, ${amount}, due on ${due}. See it here: ${link}`,
    greeting: (client) => `Hello ${client},`,
    intro: (company) => `here is your invoice from ${company}.`,
    amount: 'Amount',
    due: 'Due on',
    period: 'Period',
    description: 'Description',
    quantity: 'Quantity',
    price: 'Price',
    total: 'Total',
    open: 'See the invoice',
    file: 'File',
    invoice: 'Invoice',
    draft: 'Draft: not an invoice yet',
    billTo: 'Bill to',
    adjustment: 'Adjustment',
    disputeAsk: 'Something wrong? Tell us here:',
    page: (number, count) => `Page ${number} of ${count}`,
    automatic: (company) => `${company} sent you this message because of work done for you.`,
  },
  es: {
    subject: (company, label) => `${label} de ${company}`,
    sms: ({ company, amount, due, link }) => `${company}: factura de ${amount}, vence ${due}. ${link}`,
    whatsapp: ([client, company, label, amount, due, link]) =>
      `Hola ${client}, esta es su factura de ${company}: ${label}, ${amount}, vence el ${due}. Puede verla aquí: ${link}`,
    greeting: (client) => `Hola ${client}:`,
    intro: (company) => `esta es su factura de ${company}.`,
    amount: 'Importe',
    due: 'Vence el',
    period: 'Periodo',
    description: 'Descripción',
    quantity: 'Cantidad',
    price: 'Precio',
    total: 'Total',
    open: 'Ver la factura',
    file: 'Archivo',
    invoice: 'Factura',
    draft: 'Borrador: todavía no es una factura',
    billTo: 'Facturar a',
    adjustment: 'Ajuste',
    disputeAsk: '¿Algo no está bien? Díganoslo aquí:',
    page: (number, count) => `Página ${number} de ${count}`,
    automatic: (company) => `${company} le envía este mensaje por un trabajo hecho para usted.`,
  },
};
