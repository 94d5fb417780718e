import type { fieldService, Json, RecordOf } from '@backhaul/shared';
import { v7 } from 'uuid';
import type { DemoDevice } from './demo-device.ts';

/** One thing a person does on a device while it is offline. */
export interface Edit {
  readonly device: string;
  readonly op: 'add' | 'update' | 'delete';
  readonly entity: 'task' | 'finance_entry';
  readonly id: string;
  /** What the record is called. */
  readonly title: string;
  readonly values: { readonly [field: string]: Json };
}

export interface Round {
  readonly title: string;
  readonly edits: readonly Edit[];
  /** Names of devices in the order in which they get their network back. */
  readonly order: readonly string[];
}

type Task = RecordOf<(typeof fieldService)['entities']['task']>;

const HALF_HOUR = 1_800_000;
const later = (instant: string | null): string => new Date(Date.parse(instant ?? '') + HALF_HOUR).toISOString();

/**
 * What happens in the two rounds, told on tasks that the field device's person has ahead. Every kind of meeting occurs: edits
 * that merge, edits that collide, a value that is refused, and a deletion against an edit, once in each order.
 */
export async function tellStory(office: DemoDevice, field: DemoDevice): Promise<readonly [Round, Round]> {
  const [moved, noted, dropped, disputed, removed, shared] = await tasksAhead(field, 6);
  const expense = await ownExpense(field);
  const onOffice = edits(office.name);
  const onField = edits(field.name);
  const newTask = v7();
  const newExpense = v7();
  return [
    {
      title: `${office.name} first`,
      order: [office.name, field.name],
      edits: [
        onOffice.change(moved, { startTime: later(moved.startTime), endTime: later(moved.endTime) }),
        onField.change(moved, { status: 'inProgress', checkInTime: new Date().toISOString() }),
        onOffice.change(noted, { notes: 'Use back entrance' }),
        onField.change(noted, { notes: 'Do the windows' }),
        onOffice.remove(dropped),
        onField.change(dropped, { notes: 'Client let me in' }),
        {
          ...onField.base,
          op: 'update',
          entity: 'finance_entry',
          id: expense.id,
          title: expense.title,
          values: { amount: 23.755 },
        },
        {
          ...onField.base,
          op: 'add',
          entity: 'finance_entry',
          id: newExpense,
          title: 'Parking downtown',
          values: { ...newExpenseOf(expense), title: 'Parking downtown', amount: 12 },
        },
      ],
    },
    {
      title: `${field.name} first`,
      order: [field.name, office.name],
      edits: [
        onField.change(disputed, { notes: 'Nobody at home' }),
        onOffice.change(disputed, { notes: 'Client is back at noon' }),
        onField.change(removed, { notes: 'Blind is broken' }),
        onOffice.remove(removed),
        onField.change(shared, { notes: 'Key: neighbor 2B' }),
        onOffice.change(shared, { title: `PRIORITY: ${shared.title}` }),
        {
          ...onOffice.base,
          op: 'add',
          entity: 'task',
          id: newTask,
          title: 'Emergency cleaning after a burst pipe',
          values: { ...newTaskOf(shared), title: 'Emergency cleaning after a burst pipe' },
        },
      ],
    },
  ];
}

/** Carries the edits out, as the app would: plain Dexie calls on the local database. */
export async function makeEdits(devices: readonly DemoDevice[], { edits }: Round): Promise<void> {
  for (const { device, op, entity, id, values } of edits) {
    const on = devices.find(({ name }) => name === device);
    if (!on) throw new Error(`There is no device ${device}`);
    const table = on.db.table(entity === 'task' ? 'tasks' : 'financeEntries');
    if (op === 'add') await table.add({ id, ...values });
    else if (op === 'update') await table.update(id, { ...values });
    else await table.delete(id);
  }
}

function edits(device: string) {
  const base = { device } as const;
  return {
    base,
    change: ({ id, title }: Task, values: Edit['values']): Edit => ({
      ...base,
      op: 'update',
      entity: 'task',
      id,
      title,
      values,
    }),
    remove: ({ id, title }: Task): Edit => ({ ...base, op: 'delete', entity: 'task', id, title, values: {} }),
  };
}

type Six = readonly [Task, Task, Task, Task, Task, Task];

async function tasksAhead({ db }: DemoDevice, count: 6): Promise<Six> {
  const today = new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
  const ahead = await db.tasks.where('date').aboveOrEqual(today).sortBy('startTime');
  const free = ahead.filter(({ status }) => status === 'scheduled').slice(0, count);
  if (free.length < count) throw new Error('The demo business has too few tasks ahead');
  return free as unknown as Six;
}

/** With an amount that the story can get wrong. */
async function ownExpense({ db }: DemoDevice) {
  const expense = await db.financeEntries.where({ kind: 'expenseOutOfPocket', amount: 23.75 }).first();
  if (!expense) throw new Error('The demo business has no such expense');
  return expense;
}

function newExpenseOf(expense: RecordOf<(typeof fieldService)['entities']['finance_entry']>): Edit['values'] {
  const { type, dueDate, status, currency, kind, employeeId, employeeName } = expense;
  return { type, dueDate, status, currency, kind, employeeId, employeeName };
}

function newTaskOf({
  date,
  startTime,
  endTime,
  teamId,
  assignedEmployeeId,
  clientId,
  clientName,
}: Task): Edit['values'] {
  return { date, startTime, endTime, teamId, assignedEmployeeId, clientId, clientName, status: 'scheduled' };
}
