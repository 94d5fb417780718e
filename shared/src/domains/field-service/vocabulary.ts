import { type FieldOptions, oneOf } from '../../domain/field.ts';

export const NAME_LENGTH = 500;

export const DELIVERY_CHANNELS = ['whatsapp', 'sms', 'email'] as const;
export const PRICING_MODELS = ['perTask', 'perHour'] as const;
export const ENTRY_TYPES = ['receivable', 'payable'] as const;
export const ENTRY_STATUSES = ['pending', 'paid'] as const;
export const ENTRY_KINDS = ['general', 'invoiceClient', 'payrollEmployee', 'expenseOutOfPocket'] as const;
export const PAYMENT_METHODS = ['pix', 'card', 'cash'] as const;
export const CURRENCIES = ['usd', 'eur'] as const;
export const ATTACHMENT_OWNERS = ['task', 'finance_entry'] as const;
export const ATTACHMENT_STATUSES = ['pending', 'ready'] as const;
/** What a file shows: the site at the beginning or the end of the work, or what was paid. */
export const ATTACHMENT_PURPOSES = ['general', 'checkIn', 'checkOut', 'receipt'] as const;

/** Older clients send `USD`: any letter case is accepted, lower case is stored. */
export const currency = <const O extends FieldOptions>(options?: O) =>
  oneOf(CURRENCIES, { ...options, anyCase: true } as O & { anyCase: true });
