import type { RecordOf } from '@backhaul/shared';
import type { fieldService } from '@backhaul/shared/field-service';

export type Expense = RecordOf<(typeof fieldService)['entities']['finance_entry']>;
export type Employee = RecordOf<(typeof fieldService)['entities']['employee']>;
