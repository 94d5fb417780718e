import type { PdfFile, PrintedDocument } from '../../../notifications/sendable.ts';
import type { InvoiceContent } from '../invoice-message/invoice-content.ts';
import { invoicePdf } from './invoice-pdf.ts';

/** The content as a file that is called what the invoice is called. */
export async function printContent({ content: described, disputeLink, look }: PrintedDocument): Promise<PdfFile> {
  const content = described as unknown as InvoiceContent;
  const name = content.label
    .replaceAll(/[\p{Cc}/\\]+/gu, ' ')
    .trim()
    .slice(0, 100)
    .toWellFormed();
  return { fileName: `${name || 'invoice'}.pdf`, bytes: await invoicePdf({ content, look, disputeLink }) };
}
