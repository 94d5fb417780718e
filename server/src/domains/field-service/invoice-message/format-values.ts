import type { Language } from '@backhaul/shared';

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

const LOCALES: { readonly [L in Language]: string } = { en: 'en-US', es: 'es-ES' };
