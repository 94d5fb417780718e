import { READER_LANGUAGE } from '../ui/reader-language.ts';

export function moneyText(amount: number, currency: string): string {
  return new Intl.NumberFormat(READER_LANGUAGE, { style: 'currency', currency: currency.toUpperCase() }).format(amount);
}

/** `12.5`, `12,50`: a positive amount with at most two decimals, or `null`. */
export function parseAmount(text: string): number | null {
  const plain = text.trim().replace(',', '.');
  return /^\d{1,9}(\.\d{1,2})?$/.test(plain) && Number(plain) > 0 ? Number(plain) : null;
}
