import { entityOf, type Fields, fieldService, parseField, parseRecordId } from '@backhaul/shared';
import { describe, expect, test } from 'vitest';
import { type DemoBusiness, demoBusiness } from './demo-business.ts';

const TODAY = '2026-03-11';
const BUSINESS = demoBusiness({ today: TODAY });

const COLLECTIONS = [
  ['team', 'teams'],
  ['employee', 'employees'],
  ['service_type', 'serviceTypes'],
  ['client', 'clients'],
  ['task', 'tasks'],
  ['finance_entry', 'financeEntries'],
] as const;

const recordsOf = (business: DemoBusiness) =>
  COLLECTIONS.flatMap(([entity, collection]) =>
    business[collection].map(({ id, ...values }) => ({ entity, id, values })),
  );

const fieldsOf = (entity: string): Fields => entityOf(fieldService, entity)?.fields ?? {};

test('has the size of a real small business', () => {
  const sizes = Object.fromEntries(COLLECTIONS.map(([, name]) => [name, BUSINESS[name].length]));
  expect(sizes).toEqual({ teams: 3, employees: 8, serviceTypes: 6, clients: 40, tasks: 300, financeEntries: 60 });
});

describe('determinism', () => {
  test('equal options make equal records', () => {
    expect(demoBusiness({ today: TODAY })).toEqual(BUSINESS);
  });

  test('another seed makes other ids', () => {
    const others = new Set(recordsOf(demoBusiness({ seed: 2, today: TODAY })).map(({ id }) => id));
    expect(recordsOf(BUSINESS).filter(({ id }) => others.has(id))).toEqual([]);
  });

  test('people, clients and services do not depend on the day', () => {
    const later = demoBusiness({ today: '2026-08-30' });
    for (const name of ['teams', 'employees', 'serviceTypes', 'clients'] as const) {
      expect(later[name]).toEqual(BUSINESS[name]);
    }
    expect(later.tasks.map(({ id }) => id)).toEqual(BUSINESS.tasks.map(({ id }) => id));
  });
});

test('every value is one that the declaration takes, in its canonical form', () => {
  for (const { entity, values } of recordsOf(BUSINESS)) {
    const fields = fieldsOf(entity);
    for (const [name, value] of Object.entries(values)) {
      const field = fields[name];
      if (!field) throw new Error(`${entity}.${name} is not declared`);
      if (value !== null) expect(parseField(field, value), `${entity}.${name}`).toEqual({ ok: true, value });
    }
    for (const [name, field] of Object.entries(fields)) {
      if (field.required) expect(values, entity).toHaveProperty(name);
    }
  }
});

test('ids are unique UUIDs, and references lead to records of the same business', () => {
  const records = recordsOf(BUSINESS);
  const ids = new Map(records.map(({ entity, id }) => [id, entity]));
  expect(ids.size).toBe(records.length);
  for (const { entity, id, values } of records) {
    expect(parseRecordId(id)).toBe(id);
    for (const [name, field] of Object.entries(fieldsOf(entity))) {
      const value = (values as { [field: string]: unknown })[name];
      if (field.kind === 'reference' && value) expect(ids.get(value as string), `${entity}.${name}`).toBe(field.entity);
    }
  }
});

describe('the working days', () => {
  const { tasks, employees } = BUSINESS;

  test('today has tasks for every team and in several states, on a Sunday too', () => {
    for (const today of [TODAY, '2026-03-15']) {
      const due = demoBusiness({ today }).tasks.filter(({ date }) => date === today);
      expect(new Set(due.map(({ teamId }) => teamId)).size).toBe(3);
      expect(due.map(({ status }) => status)).toEqual(expect.arrayContaining(['completed', 'inProgress', 'scheduled']));
      expect(due).toHaveLength(12);
    }
  });

  test('all states occur; nothing in the future is done and nothing in the past under way', () => {
    expect(new Set(tasks.map(({ status }) => status)).size).toBe(4);
    expect(
      tasks.filter(({ date, status }) => date > TODAY && (status === 'completed' || status === 'inProgress')),
    ).toEqual([]);
    expect(tasks.filter(({ date, status }) => date < TODAY && status === 'inProgress')).toEqual([]);
  });

  test('times follow the state, in order', () => {
    for (const { status, startTime, endTime, checkInTime, checkOutTime } of tasks) {
      expect(String(startTime) < String(endTime)).toBe(true);
      expect(checkInTime !== null).toBe(status === 'completed' || status === 'inProgress');
      expect(checkOutTime !== null).toBe(status === 'completed');
      if (checkOutTime) expect(String(checkInTime) < checkOutTime).toBe(true);
    }
  });

  test('nobody is in two places at once, and everybody works for their own team', () => {
    const team = new Map(employees.map(({ id, teamId }) => [id, teamId]));
    const last = new Map<string, string>();
    for (const { assignedEmployeeId, teamId, startTime, endTime } of tasks) {
      const who = assignedEmployeeId as string;
      expect(team.get(who)).toBe(teamId);
      expect((last.get(who) ?? '') <= String(startTime)).toBe(true);
      last.set(who, String(endTime));
    }
  });

  test('the wall clock of the business decides the instants', () => {
    const [first] = demoBusiness({ today: TODAY, utcOffset: -300 }).tasks;
    const [utc] = tasks;
    expect(Date.parse(first?.startTime ?? '') - Date.parse(utc?.startTime ?? '')).toBe(300 * 60_000);
  });
});

describe('the money', () => {
  const { financeEntries, tasks } = BUSINESS;

  test('all kinds, types, states and methods occur, disputes too', () => {
    const values = (field: 'kind' | 'type' | 'status' | 'method') =>
      [...new Set(financeEntries.map((entry) => entry[field] ?? 'none'))].sort();
    expect(values('kind')).toEqual(['expenseOutOfPocket', 'general', 'invoiceClient', 'payrollEmployee']);
    expect(values('type')).toEqual(['payable', 'receivable']);
    expect(values('status')).toEqual(['paid', 'pending']);
    expect(values('method')).toEqual(['card', 'cash', 'none', 'pix']);
    expect(financeEntries.some(({ isDisputed, disputeReason }) => isDisputed && disputeReason)).toBe(true);
  });

  test('every entry has line items that add up to its amount', () => {
    for (const { amount, lineItems, title } of financeEntries) {
      const total = (lineItems ?? []).reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0);
      expect(amount, title).toBeCloseTo(total, 5);
    }
  });

  test('invoices bill completed work of their client only', () => {
    const byId = new Map(tasks.map((task) => [task.id, task]));
    for (const { kind, clientId, lineItems } of financeEntries) {
      if (kind !== 'invoiceClient') continue;
      for (const { taskId } of lineItems ?? []) {
        expect(byId.get(taskId as string)).toMatchObject({ clientId, status: 'completed' });
      }
    }
  });
});
