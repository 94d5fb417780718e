import type { InvoiceContent } from './invoice-content.ts';
import type { LetterFile } from '../../../notifications/sendable.ts';
import { dateText, fileLabel, moneyText } from './format-values.ts';
import type { InvoiceWords } from './words.ts';

/**
 * The invoice as HTML for mail programs and browsers alike: tables, inline styles, nothing that is loaded from elsewhere.
 * `link: null`: it is the page itself.
 */
export function invoiceHtml({
  words,
  content,
  message,
  link,
  file,
  disputeLink,
}: {
  readonly words: InvoiceWords;
  readonly content: InvoiceContent;
  readonly message: string | null;
  readonly link: string | null;
  readonly file: LetterFile | null;
  readonly disputeLink: string | null;
}): string {
  const { company, clientName, label, amount, currency, dueDate, period, lines, language } = content;
  const money = (value: number): string => escape(moneyText(value, currency, language));
  const day = (date: string): string => escape(dateText(date, language));
  const rows = lines.map(
    ({ description, quantity, unitPrice }) =>
      `<tr><td style="${CELL}">${escape(description)}</td><td style="${CELL}${RIGHT}">${quantity}</td>` +
      `<td style="${CELL}${RIGHT}">${money(unitPrice)}</td></tr>`,
  );
  const facts = [
    [words.due, day(dueDate)],
    ...(period.from !== null && period.to !== null ? [[words.period, `${day(period.from)} – ${day(period.to)}`]] : []),
  ];
  const details = [company.address, company.taxId, company.phone, company.email, company.website];
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escape(words.subject(company.name, label))}</title>
</head>
<body style="margin:0;background:#f2f4f7;font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;color:#1d2939;line-height:1.5">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td style="padding:24px 12px" align="center">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:600px;background:#ffffff;border-radius:12px">
<tr><td style="padding:28px 28px 0">
<p style="margin:0;font-size:15px;color:#475467">${escape(company.name)}</p>
<h1 style="margin:4px 0 0;font-size:22px;line-height:1.3">${escape(label)}</h1>
</td></tr>
<tr><td style="padding:20px 28px 0">
<p style="margin:0">${escape(words.greeting(clientName))}<br>${escape(words.intro(company.name))}</p>
${message === null ? '' : `<p style="margin:16px 0 0;white-space:pre-line">${escape(message.trim())}</p>`}
</td></tr>
<tr><td style="padding:20px 28px 0">
<p style="margin:0;font-size:14px;color:#475467">${escape(words.total)}</p>
<p style="margin:0;font-size:28px;font-weight:700">${money(amount)}</p>
${facts.map(([name, value]) => `<p style="margin:4px 0 0;font-size:14px;color:#475467">${escape(name ?? '')}: ${value}</p>`).join('\n')}
</td></tr>
${
  rows.length === 0
    ? ''
    : `<tr><td style="padding:20px 28px 0"><table width="100%" cellpadding="0" cellspacing="0" style="border-collapse:collapse;font-size:14px">
<tr><th style="${CELL}${HEAD}">${escape(words.description)}</th><th style="${CELL}${HEAD}${RIGHT}">${escape(words.quantity)}</th><th style="${CELL}${HEAD}${RIGHT}">${escape(words.price)}</th></tr>
${rows.join('\n')}
</table></td></tr>`
}
${
  link === null
    ? ''
    : `<tr><td style="padding:24px 28px 0"><a href="${escape(link)}" style="display:inline-block;padding:12px 20px;border-radius:8px;background:#0b6e4f;color:#ffffff;text-decoration:none;font-weight:600">${escape(words.open)}</a></td></tr>`
}
${
  file === null
    ? ''
    : `<tr><td style="padding:20px 28px 0"><a href="${escape(file.link)}" style="color:#0b6e4f">${escape(fileLabel(file, words, language))}</a></td></tr>`
}
<tr><td style="padding:28px;font-size:13px;color:#475467">
${details
  .filter((detail) => detail !== null)
  .map((detail) => `<span style="white-space:pre-line">${escape(detail)}</span>`)
  .join('<br>')}
${company.footer === null ? '' : `<p style="margin:12px 0 0;white-space:pre-line">${escape(company.footer)}</p>`}
${disputeLink === null ? '' : `<p style="margin:12px 0 0"><a href="${escape(disputeLink)}" style="color:#0b6e4f">${escape(words.disputeAsk.replace(/:$/, ''))}</a></p>`}
<p style="margin:12px 0 0">${escape(words.automatic(company.name))}</p>
</td></tr>
</table>
</td></tr></table>
</body>
</html>
`;
}

const CELL = 'padding:8px 4px;border-bottom:1px solid #eaecf0;text-align:left;vertical-align:top;';
const RIGHT = 'text-align:right;white-space:nowrap;';
const HEAD = 'color:#475467;font-weight:600;';

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
