import type { Language } from '@backhaul/shared';
import { shortDate } from '../invoice-message/format-values.ts';
import { dayAfter } from './entry-dates.ts';
import type { EntryKind } from './generate-entries.ts';
import { payForEmployee, priceForClient } from './price-task.ts';

export const INVOICES: EntryKind = {
  kind: 'invoiceClient',
  partyField: 'clientId',
  names: { clientId: 'client', serviceTypeId: 'service_type' },
  price: (task, { named }) => priceForClient(task, { clients: named('client'), serviceTypes: named('service_type') }),
  newEntry: ({ name }, { settings, period, now }) => ({
    title: titleOf('invoice', { name, period, language: settings.language }),
    type: 'receivable',
    dueDate: dayAfter(now, settings.timeZone, settings.invoices.paymentDays),
    clientName: name.slice(0, NAME_LENGTH),
  }),
};

export const PAYROLL: EntryKind = {
  kind: 'payrollEmployee',
  partyField: 'employeeId',
  names: { assignedEmployeeId: 'employee' },
  price: (task, { named, settings }) => payForEmployee(task, { employees: named('employee'), settings }),
  newEntry: ({ name }, { settings, period, now }) => ({
    title: titleOf('payroll', { name, period, language: settings.language }),
    type: 'payable',
    dueDate: dayAfter(now, settings.timeZone, 0),
    employeeName: name.slice(0, NAME_LENGTH),
  }),
};

const NAME_LENGTH = 500;
const WORDS = {
  en: { invoice: 'Invoice', payroll: 'Payroll' },
  es: { invoice: 'Factura', payroll: 'Nómina' },
} as const;

/** The name gives way to the period, where both are too long. */
function titleOf(
  word: 'invoice' | 'payroll',
  { name, period, language }: { name: string; period: { from: string; to: string }; language: Language },
): string {
  const days = `${shortDate(period.from, language)} – ${shortDate(period.to, language)} ${period.to.slice(0, 4)}`;
  const start = `${WORDS[language][word]}: `;
  const room = NAME_LENGTH - start.length - days.length - 2;
  return `${start}${name.slice(0, room).toWellFormed()}, ${days}`;
}
