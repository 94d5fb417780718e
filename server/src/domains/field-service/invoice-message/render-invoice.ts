import { type Channel, unreachable } from '@backhaul/shared';
import type { RenderedMessage } from '../../../infra/messengers/messenger.ts';
import { countSegments, plainForSms } from '../../../infra/sms-segments.ts';
import type { Letter } from '../../../notifications/sendable.ts';
import { dateText, fileLabel, moneyText, shortDate } from './format-values.ts';
import { invoiceHtml } from './invoice-html.ts';
import type { InvoiceContent } from './invoice-content.ts';
import { type InvoiceWords, WORDS } from './words.ts';

export function renderInvoice(letter: Letter, channel: Channel): RenderedMessage {
  const content = letter.content as unknown as InvoiceContent;
  const words = WORDS[letter.language];
  switch (channel) {
    case 'whatsapp': {
      const variables = whatsappVariables(content, letter);
      return { channel, text: words.whatsapp(variables), template: { language: letter.language, variables } };
    }
    case 'sms':
      return { channel, text: smsText(words, content, letter) };
    case 'email':
      return {
        channel,
        subject: words.subject(content.company.name, content.label),
        text: plainText(words, content, letter),
        html: invoiceHtml({
          words,
          content,
          message: letter.message,
          link: letter.link,
          file: letter.file,
          disputeLink: letter.disputeLink,
        }),
      };
    default:
      return unreachable(channel);
  }
}

export function invoicePage(letter: Letter): string {
  const content = letter.content as unknown as InvoiceContent;
  return invoiceHtml({
    words: WORDS[letter.language],
    content,
    message: letter.message,
    link: null,
    file: letter.file,
    disputeLink: letter.disputeLink,
  });
}

/** Whatever a template's variable may hold: one line, not empty. */
function whatsappVariables(content: InvoiceContent, { link, language }: Letter): string[] {
  const { clientName, company, label, amount, currency, dueDate } = content;
  const texts = [
    clientName,
    company.name,
    label,
    moneyText(amount, currency, language),
    dateText(dueDate, language),
    link,
  ];
  return texts.map((text) => text.replaceAll(/\s+/g, ' ').trim() || '-');
}

const SEGMENTS_MAX = 2;

/**
 * One part where the company's name allows it; with the sender's words if they fit into two. Those that do not fit stand on the
 * page that the link opens, and in the preview it shows.
 */
function smsText(words: InvoiceWords, content: InvoiceContent, { link, language, message }: Letter): string {
  const { company, amount, currency, dueDate } = content;
  const parts = { amount: moneyText(amount, currency, language), due: shortDate(dueDate, language), link };
  const text = (name: string): string => plainForSms(words.sms({ company: name, ...parts }));
  const whole = text(company.name);
  const short = countSegments(whole) === 1 ? whole : text(shortened(company.name, whole.length - ONE_SEGMENT));
  if (message === null) return short;
  const withMessage = plainForSms(`${message.trim()}\n${short}`);
  return countSegments(withMessage) <= SEGMENTS_MAX ? withMessage : short;
}

const ONE_SEGMENT = 160;
const NAME_LEAST = 12;

function shortened(name: string, excess: number): string {
  const length = Math.max(NAME_LEAST, name.length - excess - 2);
  return name.length <= length ? name : `${name.slice(0, length - 1).trimEnd()}.`;
}

function plainText(
  words: InvoiceWords,
  content: InvoiceContent,
  { link, file, disputeLink, message, language }: Letter,
): string {
  const { clientName, company, label, amount, currency, dueDate, lines } = content;
  return [
    words.greeting(clientName),
    words.intro(company.name),
    ...(message === null ? [] : ['', message.trim()]),
    '',
    label,
    ...lines.map(
      ({ description, quantity, unitPrice }) =>
        `- ${description}: ${quantity} x ${moneyText(unitPrice, currency, language)}`,
    ),
    `${words.total}: ${moneyText(amount, currency, language)}`,
    `${words.due}: ${dateText(dueDate, language)}`,
    '',
    `${words.open}: ${link}`,
    ...(file === null ? [] : [`${fileLabel(file, words, language)}: ${file.link}`]),
    ...(disputeLink === null ? [] : [`${words.disputeAsk} ${disputeLink}`]),
    '',
    [company.name, company.address, company.taxId, company.phone, company.email]
      .filter((part) => part !== null)
      .join('\n'),
    ...(company.footer === null ? [] : ['', company.footer]),
  ].join('\n');
}
