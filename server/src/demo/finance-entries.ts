import { addDays, monthName, startOfMonth } from './calendar.ts';
import type {
  DemoClient,
  DemoContext,
  DemoEmployee,
  DemoFinanceEntry,
  DemoServiceType,
  DemoTask,
} from './demo-records.ts';

export interface FinanceParts {
  readonly employees: readonly DemoEmployee[];
  readonly serviceTypes: readonly DemoServiceType[];
  readonly clients: readonly DemoClient[];
  readonly tasks: readonly DemoTask[];
}

type Entry = Omit<DemoFinanceEntry, 'id'>;
type LineItem = NonNullable<Entry['lineItems']>[number];

const INVOICES = 30;

/** 60 entries: 30 invoices, 16 payrolls (two months of everybody), 8 expenses out of pocket and 6 general ones. */
export function demoFinanceEntries(context: DemoContext, parts: FinanceParts): DemoFinanceEntry[] {
  const entries = [
    ...invoices(context, parts),
    ...payroll(context, parts),
    ...expenses(context, parts),
    ...general(context),
  ];
  return entries.map((entry, n) => ({ id: context.id('finance_entry', n), ...entry }));
}

/** What was cleaned and not yet billed, by client, those with the most work first. */
function invoices({ random, today }: DemoContext, { clients, tasks, serviceTypes }: FinanceParts): Entry[] {
  const done = tasks.filter(({ status, date }) => status === 'completed' && date < today);
  const work = clients
    .map((client) => ({ client, jobs: done.filter(({ clientId }) => clientId === client.id) }))
    .filter(({ jobs }) => jobs.length > 0)
    .sort((a, b) => b.jobs.length - a.jobs.length);
  return work.slice(0, INVOICES).map(({ client, jobs }, n): Entry => {
    const lineItems = jobs.map((job) => lineItem(job, serviceTypes));
    const paid = random.chance(0.55);
    const isDisputed = !paid && n % 7 === 3;
    const last = jobs.at(-1) as DemoTask;
    return {
      title: `Invoice ${String(1041 + n)} for ${client.name}`,
      amount: sum(lineItems),
      type: 'receivable',
      dueDate: addDays(last.date, 14),
      status: paid ? 'paid' : 'pending',
      method: paid ? random.pick(['pix', 'card', 'cash'] as const) : null,
      currency: 'usd',
      clientId: client.id,
      clientName: client.name,
      kind: 'invoiceClient',
      isDisputed,
      disputeReason: isDisputed ? 'Client says that one of the visits was half an hour short' : null,
      notes: random.chance(0.3) ? 'Sent with the photos of the last visit' : null,
      lineItems,
      periodStart: (jobs[0] as DemoTask).date,
      periodEnd: last.date,
    };
  });
}

function lineItem(job: DemoTask, serviceTypes: readonly DemoServiceType[]): LineItem {
  const service = serviceTypes.find(({ id }) => id === job.serviceTypeId) as DemoServiceType;
  const quantity = service.pricingModel === 'perHour' ? service.defaultDurationMinutes / 60 : 1;
  return { description: `${service.name}, ${job.date}`, quantity, unitPrice: service.basePrice, taskId: job.id };
}

function payroll({ random, today }: DemoContext, { employees }: FinanceParts): Entry[] {
  return [-2, -1].flatMap((months) => {
    const periodStart = startOfMonth(today, months);
    const periodEnd = addDays(startOfMonth(today, months + 1), -1);
    return employees.map((employee, n): Entry => {
      const rate = employee.hourlyRate ?? 0;
      const lineItems: LineItem[] = [
        { description: 'Regular hours', quantity: random.int(124, 164), unitPrice: rate },
        { description: 'Saturday hours', quantity: random.int(2, 14), unitPrice: cents(rate * 1.5) },
      ];
      const paid = months === -2 || n % 3 > 0;
      return {
        title: `Payroll ${monthName(periodStart)}, ${employee.name}`,
        amount: sum(lineItems),
        type: 'payable',
        dueDate: addDays(periodEnd, 5),
        status: paid ? 'paid' : 'pending',
        method: paid ? 'card' : null,
        currency: 'usd',
        employeeId: employee.id,
        employeeName: employee.name,
        kind: 'payrollEmployee',
        lineItems,
        periodStart,
        periodEnd,
      };
    });
  });
}

const EXPENSES = [
  ['Parking at Harborview Dental', 14],
  ['Descaler and sponges', 23.75],
  ['Fuel for the van', 48.6],
  ['Two keys copied', 9.5],
  ['Microfiber cloths, pack of 24', 31.99],
  ['Toll on the turnpike', 6.4],
  ['Vacuum bags', 18.25],
  ['Lunch for the move-out team', 42.1],
] as const;

function expenses({ random, today }: DemoContext, { employees }: FinanceParts): Entry[] {
  return EXPENSES.map(([title, amount], n): Entry => {
    // The first two are Ana's and open, so that an employee has something of their own to correct.
    const employee = n < 2 ? (employees[0] as DemoEmployee) : random.pick(employees);
    const paid = n >= 2 && random.chance(0.5);
    return {
      title,
      amount,
      type: 'payable',
      dueDate: addDays(today, random.int(-12, 7)),
      status: paid ? 'paid' : 'pending',
      method: paid ? 'cash' : null,
      currency: 'usd',
      employeeId: employee.id,
      employeeName: employee.name,
      kind: 'expenseOutOfPocket',
      notes: n % 2 === 0 ? 'Receipt is in the glove box' : null,
      lineItems: [{ description: title, quantity: 1, unitPrice: amount }],
    };
  });
}

/** `[title, amount, type, days from today, paid]` */
const GENERAL = [
  ['Liability insurance, quarter', 845, 'payable', -20, true],
  ['Rent of the storage unit', 320, 'payable', -3, true],
  ['Cleaning supplies, wholesale', 612.45, 'payable', 4, false],
  ['Service of the second van', 289.9, 'payable', 9, false],
  ['Refund of the uniform deposit', 150, 'receivable', -8, true],
  ['Town grant for electric vans', 1200, 'receivable', 21, false],
] as const;

function general({ today }: DemoContext): Entry[] {
  return GENERAL.map(
    ([title, amount, type, days, paid]): Entry => ({
      title,
      amount,
      type,
      dueDate: addDays(today, days),
      status: paid ? 'paid' : 'pending',
      method: paid ? 'card' : null,
      currency: 'usd',
      kind: 'general',
      lineItems: [{ description: title, quantity: 1, unitPrice: amount }],
    }),
  );
}

const cents = (amount: number): number => Math.round(amount * 100) / 100;

function sum(items: readonly LineItem[]): number {
  return cents(items.reduce((total, { quantity, unitPrice }) => total + quantity * unitPrice, 0));
}
