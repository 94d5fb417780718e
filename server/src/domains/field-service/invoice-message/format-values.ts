import type { Language } from '@backhaul/shared';
import type { LetterFile } from '../../../notifications/sendable.ts';
import type { InvoiceWords } from './words.ts';

export function moneyText(amount: number, currency: string, language: Language): string {
  return new Intl.NumberFormat(LOCALES[language], { style: 'currency', currency: currency.toUpperCase() }).format(
    amount,
  );
}

/** A calendar day, wherever it is read. */
export function dateText(date: string, language: Language): string {
  return new Intl.DateTimeFormat(LOCALES[language], { dateStyle: 'long', timeZone: 'UTC' }).format(
    new Date(`${date}T00:00:00Z`),
  );
}

export function shortDate(date: string, language: Language): string {
  const style = { day: 'numeric', month: 'short', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat(LOCALES[language], style).format(new Date(`${date}T00:00:00Z`));
}

/** How a file that goes along is called. */
export function fileLabel({ name, size }: LetterFile, words: InvoiceWords, language: Language): string {
  return `${name === null ? words.file : `${words.file}: ${name}`} (${sizeText(size, language)})`;
}

/** Of bytes, in the largest unit of which it has one. */
function sizeText(bytes: number, language: Language): string {
  const [unit, value] =
    bytes < 1_000_000 ? (['kilobyte', bytes / 1000] as const) : (['megabyte', bytes / 1_000_000] as const);
  const style = { style: 'unit', unit, maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(LOCALES[language], style).format(value);
}

const LOCALES: { readonly [L in Language]: string } = { en: 'en-US', es: 'es-ES' };
