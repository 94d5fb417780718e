import type { RecordOf } from '@backhaul/shared';
import type { fieldService } from '@backhaul/shared/field-service';

export type Expense = RecordOf<(typeof fieldService)['entities']['finance_entry']>;
export type Employee = RecordOf<(typeof fieldService)['entities']['employee']>;

/** `12.5`, `12,50`: a positive amount with at most two decimals, or `null`. */
export function parseAmount(text: string): number | null {
  const plain = text.trim().replace(',', '.');
  return /^\d{1,9}(\.\d{1,2})?$/.test(plain) && Number(plain) > 0 ? Number(plain) : null;
}
