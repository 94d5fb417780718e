import type { Language } from '@backhaul/shared';
import Pdf from 'pdfkit';
import type { DocumentLook } from '../../../documents/read-look.ts';
import { type Fonts, loadFonts } from '../../../infra/pdf/fonts.ts';
import { fromCents, lineCents, sumCents, toCents } from '../billing/cents.ts';
import { dateText, moneyText } from '../invoice-message/format-values.ts';
import type { InvoiceContent } from '../invoice-message/invoice-content.ts';
import { type InvoiceWords, WORDS } from '../invoice-message/words.ts';

export interface InvoicePdfInput {
  readonly content: InvoiceContent;
  readonly look: DocumentLook;
  /** `null`: it can not be disputed. */
  readonly disputeLink: string | null;
}

const MARGIN = 50;
/** Page number and the line above it. */
const FOOT = 30;
const GREY = '#475467';
const INK = '#1d2939';
const RULE = '#d0d5dd';

/** One invoice on as many pages as it takes. Everything printed is in `content`. */
export async function invoicePdf({ content, look, disputeLink }: InvoicePdfInput): Promise<Uint8Array> {
  const fonts = await loadFonts();
  const words = WORDS[content.language];
  const doc = new Pdf({
    size: look.paper === 'A4' ? 'A4' : 'LETTER',
    margins: { top: MARGIN, left: MARGIN, right: MARGIN, bottom: MARGIN + FOOT },
    bufferPages: true,
    lang: content.language,
    info: { Title: fonts.drawable(content.label), Author: fonts.drawable(content.company.name) },
  });
  const chunks: Buffer[] = [];
  const done = new Promise<Uint8Array>((resolve, reject) => {
    doc.on('data', (chunk: Buffer) => chunks.push(chunk));
    doc.on('end', () => resolve(Buffer.concat(chunks)));
    doc.on('error', reject);
  });
  doc.registerFont(BODY, fonts.regular).registerFont(BOLD, fonts.bold).fillColor(INK);
  const sheet: Sheet = { doc, fonts, content, words, money: moneyIn(content) };
  letterhead(sheet, look);
  headline(sheet);
  lines(sheet);
  totals(sheet);
  closing(sheet, disputeLink);
  pageNumbers(sheet);
  doc.end();
  return done;
}

const BODY = 'body';
const BOLD = 'bold';

interface Sheet {
  readonly doc: PDFKit.PDFDocument;
  readonly fonts: Fonts;
  readonly content: InvoiceContent;
  readonly words: InvoiceWords;
  readonly money: (amount: number) => string;
}

function moneyIn({ currency, language }: { currency: string; language: Language }): Sheet['money'] {
  return (amount) => moneyText(amount, currency, language);
}

interface Style {
  readonly font?: typeof BODY | typeof BOLD;
  readonly size?: number;
  readonly color?: string;
  readonly align?: 'left' | 'right';
}

/** Draws a text into a column and answers where it ends. */
function put(
  { doc, fonts }: Sheet,
  text: string,
  { x, y, width }: { readonly x: number; readonly y: number; readonly width: number },
  { font = BODY, size = 9.5, color = INK, align = 'left' }: Style = {},
): number {
  const shown = fonts.drawable(text);
  doc.font(font).fontSize(size).fillColor(color);
  const height = doc.heightOfString(shown, { width, align });
  doc.text(shown, x, y, { width, align });
  return y + height;
}

function widthOf({ page }: PDFKit.PDFDocument): number {
  return page.width - 2 * MARGIN;
}

function bottomOf({ page }: PDFKit.PDFDocument): number {
  return page.height - MARGIN - FOOT;
}

/** Where the next block begins that needs this much room: on a new page if this one has too little. */
function roomFor(doc: PDFKit.PDFDocument, y: number, height: number): number {
  if (y + height <= bottomOf(doc)) return y;
  doc.addPage();
  return MARGIN;
}

function letterhead(sheet: Sheet, { logo }: DocumentLook): void {
  const { doc, content } = sheet;
  const half = widthOf(doc) / 2;
  let left = MARGIN;
  if (logo) {
    try {
      doc.image(logo.bytes, MARGIN, MARGIN, { fit: [170, 64] });
      left += 72;
    } catch {
      // A JPEG that is none. The invoice does without.
    }
  }
  left = put(sheet, content.company.name, { x: MARGIN, y: left, width: half - 10 }, { font: BOLD, size: 13 });
  const { address, taxId, phone, email, website } = content.company;
  let right = MARGIN;
  for (const detail of [address, taxId, phone, email, website]) {
    if (detail === null) continue;
    right = put(sheet, detail, { x: MARGIN + half, y: right, width: half }, { color: GREY, size: 9, align: 'right' });
  }
  doc.y = Math.max(left, right) + 28;
}

function headline(sheet: Sheet): void {
  const { doc, content, words } = sheet;
  const width = widthOf(doc);
  const half = width / 2;
  let y = put(sheet, content.label, { x: MARGIN, y: doc.y, width }, { font: BOLD, size: 18 }) + 2;
  if (content.number === null) y = put(sheet, words.draft, { x: MARGIN, y, width }, { color: GREY });
  else if (content.title !== '') y = put(sheet, content.title, { x: MARGIN, y, width }, { color: GREY });
  y += 16;
  let left = put(sheet, words.billTo, { x: MARGIN, y, width: half - 10 }, { color: GREY, size: 8.5 });
  left = put(sheet, content.clientName, { x: MARGIN, y: left + 2, width: half - 10 }, { font: BOLD });
  const { from, to } = content.period;
  const day = (date: string): string => dateText(date, content.language);
  const facts = [
    [words.due, content.dueDate === '' ? '' : day(content.dueDate)],
    [words.period, from === null || to === null ? '' : `${day(from)} – ${day(to)}`],
  ].filter(([, value]) => value !== '');
  let right = y;
  for (const [name, value] of facts) {
    right = put(sheet, name ?? '', { x: MARGIN + half, y: right, width: half }, { color: GREY, size: 8.5 });
    right = put(sheet, value ?? '', { x: MARGIN + half, y: right + 2, width: half }) + 6;
  }
  doc.y = Math.max(left, right) + 18;
}

interface Columns {
  readonly description: Column;
  readonly quantity: Column;
  readonly price: Column;
  readonly amount: Column;
}

interface Column {
  readonly x: number;
  readonly width: number;
}

const GAP = 8;

function columnsOf(doc: PDFKit.PDFDocument): Columns {
  const width = widthOf(doc);
  const [quantity, price, amount] = [62, 98, 98];
  const description = width - quantity - price - amount - 3 * GAP;
  const start = MARGIN + description + GAP;
  return {
    description: { x: MARGIN, width: description },
    quantity: { x: start, width: quantity },
    price: { x: start + quantity + GAP, width: price },
    amount: { x: start + quantity + price + 2 * GAP, width: amount },
  };
}

function lines(sheet: Sheet): void {
  const { doc, content, money, fonts } = sheet;
  if (content.lines.length === 0) return;
  const columns = columnsOf(doc);
  const number = new Intl.NumberFormat(content.language, { maximumFractionDigits: 4 });
  let y = tableHead(sheet, columns, roomFor(doc, doc.y, 60));
  for (const line of content.lines) {
    doc.font(BODY).fontSize(9.5);
    const height = doc.heightOfString(fonts.drawable(line.description), { width: columns.description.width });
    const start = roomFor(doc, y, height + 10);
    if (start !== y) y = tableHead(sheet, columns, start);
    put(sheet, number.format(line.quantity), { ...columns.quantity, y }, { align: 'right' });
    put(sheet, money(line.unitPrice), { ...columns.price, y }, { align: 'right' });
    put(sheet, money(fromCents(lineCents(line))), { ...columns.amount, y }, { align: 'right' });
    y = put(sheet, line.description, { ...columns.description, y }) + 5;
    rule(doc, y);
    y += 5;
  }
  doc.y = y;
}

function tableHead(sheet: Sheet, columns: Columns, y: number): number {
  const { doc, words } = sheet;
  const style = { color: GREY, size: 8.5, font: BOLD } as const;
  put(sheet, words.quantity, { ...columns.quantity, y }, { ...style, align: 'right' });
  put(sheet, words.price, { ...columns.price, y }, { ...style, align: 'right' });
  put(sheet, words.amount, { ...columns.amount, y }, { ...style, align: 'right' });
  const end = put(sheet, words.description, { ...columns.description, y }, style) + 4;
  rule(doc, end);
  return end + 6;
}

function rule(doc: PDFKit.PDFDocument, y: number): void {
  doc
    .moveTo(MARGIN, y)
    .lineTo(MARGIN + widthOf(doc), y)
    .lineWidth(0.5)
    .strokeColor(RULE)
    .stroke();
}

/** An amount that somebody has typed may differ from its lines: then the difference is a line of its own. */
function totals(sheet: Sheet): void {
  const { doc, content, words, money } = sheet;
  const columns = columnsOf(doc);
  const total = toCents(content.amount);
  const difference = content.lines.length === 0 ? 0n : total - sumCents(content.lines);
  const label = { x: columns.quantity.x, width: columns.quantity.width + columns.price.width + GAP };
  let y = roomFor(doc, doc.y + 4, 46);
  if (difference !== 0n) {
    put(sheet, words.adjustment, { ...label, y });
    y = put(sheet, money(fromCents(difference)), { ...columns.amount, y }, { align: 'right' }) + 6;
  }
  const style = { font: BOLD, size: 12 } as const;
  put(sheet, words.total, { ...label, y }, style);
  const wide = { x: columns.price.x, width: columns.price.width + columns.amount.width + GAP };
  doc.y = put(sheet, money(fromCents(total)), { ...wide, y }, { ...style, align: 'right' }) + 24;
}

function closing(sheet: Sheet, disputeLink: string | null): void {
  const { doc, content, words, fonts } = sheet;
  const width = widthOf(doc);
  const column = { x: MARGIN, width };
  if (content.company.footer !== null) {
    const text = fonts.drawable(content.company.footer);
    doc.font(BODY).fontSize(9);
    const y = roomFor(doc, doc.y, Math.min(doc.heightOfString(text, { width }), 200));
    doc.fillColor(GREY).text(text, MARGIN, y, { width });
    doc.y += 14;
  }
  if (disputeLink === null) return;
  const y = put(sheet, words.disputeAsk, { ...column, y: roomFor(doc, doc.y, 40) }, { color: GREY, size: 9 });
  doc
    .font(BODY)
    .fontSize(8)
    .fillColor('#0b6e4f')
    .text(disputeLink, MARGIN, y + 1, { width, link: disputeLink, underline: true });
}

function pageNumbers(sheet: Sheet): void {
  const { doc, content, words } = sheet;
  const { start, count } = doc.bufferedPageRange();
  for (let page = start; page < start + count; page += 1) {
    doc.switchToPage(page);
    // Below the margin, where a text would otherwise begin a page of its own.
    doc.page.margins.bottom = 0;
    const y = doc.page.height - MARGIN;
    const half = widthOf(doc) / 2;
    const style = { color: GREY, size: 8 } as const;
    const label = content.label.length > 60 ? `${content.label.slice(0, 59).toWellFormed()}…` : content.label;
    put(sheet, label, { x: MARGIN, y, width: half + 80 }, style);
    const place = words.page(page - start + 1, count);
    put(sheet, place, { x: MARGIN + half + 80, y, width: half - 80 }, { ...style, align: 'right' });
  }
}
