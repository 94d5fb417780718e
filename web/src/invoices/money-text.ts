import { READER_LANGUAGE } from '../ui/reader-language.ts';

export function moneyText(amount: number, currency: string): string {
  return new Intl.NumberFormat(READER_LANGUAGE, { style: 'currency', currency: currency.toUpperCase() }).format(amount);
}
