import type { Language } from '@backhaul/shared';
import { REASON_LENGTH } from './reason.ts';

export interface DisputedInvoice {
  readonly company: string;
  readonly label: string;
  readonly amount: string;
  readonly language: Language;
}

/** What the page says. */
export type DisputeView =
  | { readonly kind: 'ask' }
  /** A dispute is open already; more may be said. */
  | { readonly kind: 'open' }
  | { readonly kind: 'taken' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'closed' }
  | { readonly kind: 'tooMany' };

/** Whole HTML without scripts, as the page of a message is. */
export function disputePage(invoice: DisputedInvoice, view: DisputeView): string {
  const words = WORDS[invoice.language];
  const hasForm = ['ask', 'open', 'empty'].includes(view.kind);
  const said = view.kind === 'ask' ? words.ask : words[view.kind](invoice.company);
  return `<!doctype html>
<html lang="${invoice.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escape(`${words.title}: ${invoice.label}`)}</title>
</head>
<body style="margin:0;background:#f2f4f7;font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;color:#1d2939;line-height:1.5">
<main style="max-width:560px;margin:24px auto;background:#fff;border-radius:12px;padding:28px;box-sizing:border-box">
<p style="margin:0;font-size:15px;color:#475467">${escape(invoice.company)}</p>
<h1 style="margin:4px 0 0;font-size:22px;line-height:1.3;overflow-wrap:anywhere">${escape(invoice.label)}</h1>
<p style="margin:4px 0 20px;font-size:20px;font-weight:700">${escape(invoice.amount)}</p>
<p role="status">${escape(said)}</p>
${
  hasForm
    ? `<form method="post">
<label for="reason" style="display:block;font-weight:600">${escape(words.reason)}</label>
<textarea id="reason" name="reason" required maxlength="${REASON_LENGTH}" rows="6" style="width:100%;box-sizing:border-box;font:inherit;padding:10px;border:1px solid #98a2b3;border-radius:8px;margin:6px 0 16px"></textarea>
<button type="submit" style="font:inherit;font-weight:600;padding:12px 20px;border:0;border-radius:8px;background:#0b6e4f;color:#fff">${escape(words.send)}</button>
</form>`
    : ''
}
</main>
</body>
</html>
`;
}

interface DisputeWords {
  readonly title: string;
  readonly ask: string;
  readonly reason: string;
  readonly send: string;
  readonly open: (company: string) => string;
  readonly taken: (company: string) => string;
  readonly empty: (company: string) => string;
  readonly closed: (company: string) => string;
  readonly tooMany: (company: string) => string;
}

const WORDS: { readonly [L in Language]: DisputeWords } = {
  en: {
    title: 'Dispute',
    ask: 'Is something wrong with this invoice? Say what, and it will be looked at.',
    reason: 'What is wrong?',
    send: 'Send',
    open: (company) => `${company} knows that you dispute this invoice. You can add to what you have said.`,
    taken: (company) => `Thank you. ${company} has been told, and will look at it.`,
    empty: () => 'Please say what is wrong.',
    closed: (company) => `This invoice can no longer be disputed here. Please get in touch with ${company}.`,
    tooMany: (company) =>
      `You have written several times today. ${company} has what you sent before; please get in touch with them.`,
  },
  es: {
    title: 'Reclamación',
    ask: '¿Hay algo incorrecto en esta factura? Díganos qué, y se revisará.',
    reason: '¿Qué es incorrecto?',
    send: 'Enviar',
    open: (company) => `${company} sabe que usted reclama esta factura. Puede añadir algo a lo que dijo.`,
    taken: (company) => `Gracias. ${company} ha recibido su mensaje y lo revisará.`,
    empty: () => 'Por favor, díganos qué es incorrecto.',
    closed: (company) => `Esta factura ya no se puede reclamar aquí. Póngase en contacto con ${company}.`,
    tooMany: (company) =>
      `Ha escrito varias veces hoy. ${company} tiene lo que envió antes; póngase en contacto con ellos.`,
  },
};

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
