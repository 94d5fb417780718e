import fc from 'fast-check';
import { DEVICES, RECORD_NAMES, type RecordName, RECORDS } from './cast.ts';
import type { OtherCall, PlannedBase, PlannedChange, PullFrom, Step } from './history.ts';

// Histories of a few people on a few records, so that they meet: in fields, in scopes, in references and in what is wrong.

const oneOf = <T>(...values: readonly T[]) => fc.constantFrom(...values);
const record = (name: RecordName) => ({ record: name });
const someTeam = oneOf<unknown>(record('teamA'), record('teamB'), null);
const someEmployee = oneOf<unknown>(record('anaRecord'), record('brunoRecord'), record('newcomer'), null);
const someClient = oneOf<unknown>(record('client1'), record('client2'), null);

/** Values of each entity's fields, a few of them wrong. */
const FIELDS: { readonly [entity: string]: { readonly [field: string]: fc.Arbitrary<unknown> } } = {
  team: { name: oneOf('A', 'B', '') },
  employee: {
    name: oneOf('Ana', 'Bruno', 'Carla'),
    teamId: someTeam,
    hourlyRate: oneOf(20, 21, 22.555),
    phone: oneOf('1', '2', null),
    userId: oneOf<unknown>({ user: 'ana' }, { user: 'bruno' }, null),
  },
  task: {
    title: oneOf('Windows', 'Doors', 'Stairs', ''),
    date: oneOf('2026-01-05', '2026-01-06', '2026-02-30'),
    status: oneOf('scheduled', 'inProgress', 'completed', 'done'),
    notes: oneOf('Key is outside', 'Dog', null),
    assignedEmployeeId: someEmployee,
    teamId: someTeam,
    clientId: someClient,
    checkInTime: oneOf('2026-01-05T08:00:00.000Z', '2026-01-05T09:00:00+01:00', null),
  },
  client: { name: oneOf('Mr Silva', 'Ms Costa'), phone: oneOf('1', '2', null), accessNotes: oneOf('Back door', null) },
  finance_entry: {
    title: oneOf('Parking', 'Fuel'),
    amount: oneOf(14, 15.5, 14.555),
    type: oneOf('payable', 'receivable'),
    kind: oneOf('expenseOutOfPocket', 'general', 'payrollEmployee'),
    status: oneOf('pending', 'paid'),
    currency: oneOf('usd', 'USD', 'eur'),
    dueDate: oneOf('2026-01-31', '2026-02-28'),
    employeeId: someEmployee,
    clientId: someClient,
    lineItems: oneOf<unknown>([], [{ description: 'Parking', quantity: 1, unitPrice: 14 }], null),
  },
  service_type: { name: oneOf('Windows', 'Floors'), basePrice: oneOf(10, 12.5), currency: oneOf('usd', 'eur') },
};

/** What a well-behaved creation needs, so that many histories get beyond their first refusal. */
const COMPLETE: { readonly [entity: string]: { readonly [field: string]: unknown } } = {
  team: { name: 'C' },
  employee: { name: 'Carla' },
  task: { title: 'Windows', date: '2026-01-05', status: 'scheduled' },
  client: { name: 'Mr Silva' },
  finance_entry: {
    title: 'Parking',
    amount: 14,
    type: 'payable',
    dueDate: '2026-01-31',
    status: 'pending',
    currency: 'usd',
    kind: 'expenseOutOfPocket',
  },
  service_type: { name: 'Windows', basePrice: 10, currency: 'usd' },
};

const MALFORMED: fc.Arbitrary<NonNullable<PlannedChange['raw']>> = oneOf<NonNullable<PlannedChange['raw']>>(
  { op: 'merge' },
  { op: undefined },
  { entity: 'invoice' },
  { entityId: 'first' },
  { changeId: 'first' },
  { changeId: undefined },
  { baseUpdatedAt: 'yesterday' },
  { clientUpdatedAt: 'yesterday' },
  { payload: ['title'] },
  { payload: { title: 'Windows', colour: 'blue' } },
  { payload: { deletedAt: '2026-01-01T00:00:00.000Z' } },
  { payload: { id: 'x', createdAt: 1, deletedAt: null, title: 'Stairs', name: 'Stairs' } },
);

function payloadOf(entity: string): fc.Arbitrary<PlannedChange['payload']> {
  const fields = fc.record(FIELDS[entity] ?? {}, { requiredKeys: [] });
  // Whole records are what plain clients send, a field or two what the SDK does.
  return fc.oneof(
    { weight: 3, arbitrary: fields.map((given) => Object.fromEntries(Object.entries(given).slice(0, 2))) },
    { weight: 2, arbitrary: fields.map((given) => ({ ...COMPLETE[entity], ...given })) },
    { weight: 2, arbitrary: fc.constant(COMPLETE[entity] ?? {}) },
  );
}

const change: fc.Arbitrary<PlannedChange> = oneOf(...RECORD_NAMES).chain((name) =>
  fc
    .record(
      {
        record: fc.constant(name),
        op: oneOf<PlannedChange['op']>('upsert', 'upsert', 'upsert', 'upsert', 'delete'),
        base: oneOf<PlannedBase>('known', 'known', 'known', 'known', 'first', 'create', 'unstated', 'ahead'),
        payload: payloadOf(RECORDS[name]),
        at: fc.oneof(
          { weight: 9, arbitrary: fc.integer({ min: 0, max: 900 }) },
          { weight: 1, arbitrary: fc.constant(-5) },
        ),
        clockOffset: oneOf<unknown>(0, -60_000, 120_000, 1.5),
        raw: MALFORMED,
      },
      { requiredKeys: ['record', 'op', 'base', 'payload', 'at'] },
    )
    .map((planned) => (planned.at % 8 === 0 ? planned : withoutFaults(planned))),
);

/** Most changes are well formed. */
function withoutFaults({ raw: _, clockOffset, ...planned }: PlannedChange): PlannedChange {
  return typeof clockOffset === 'number' && Number.isInteger(clockOffset) ? { ...planned, clockOffset } : planned;
}

const device = fc.integer({ min: 0, max: DEVICES.length - 1 });
const push = fc.record({
  kind: fc.constant('push' as const),
  device,
  changes: fc.array(change, { minLength: 1, maxLength: 4 }),
});
const repeat = fc.record({
  kind: fc.constant('repeat' as const),
  device,
  picks: fc.array(fc.nat({ max: 200 }), { minLength: 1, maxLength: 4 }),
  alter: fc.boolean(),
});
const pull = fc.record({
  kind: fc.constant('pull' as const),
  device,
  from: oneOf<PullFrom>('cursor', 'cursor', 'cursor', 'start', 'earlier', 'ahead', 'garbage'),
  limit: oneOf(1, 2, 3, 500),
});
const member = fc.record({
  kind: fc.constant('member' as const),
  person: oneOf('ana' as const, 'bruno' as const),
  change: oneOf('manager' as const, 'employee' as const, 'disabled' as const, 'active' as const, 'active' as const),
});
const other = fc.record({
  kind: fc.constant('other' as const),
  device,
  what: oneOf<OtherCall>('tenants', 'devices', 'otherTenant', 'foreignDevice', 'noSuchRoute', 'activate'),
});

export const someHistory: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: push },
    { weight: 6, arbitrary: pull },
    { weight: 2, arbitrary: repeat },
    { weight: 1, arbitrary: member },
    { weight: 1, arbitrary: other },
  ),
  { minLength: 15, maxLength: 30, size: 'max' },
);
