import { fieldService } from '@backhaul/shared';
import fc from 'fast-check';
import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { create, createWorld, edit, remove, type SyncClient, type World } from '../support/sync-client.ts';

/**
 * I6 for random data. What an employee may see is written down here a second time, from the specification and not from the
 * role table, so that a slip in either shows.
 */
const COLLEAGUE = ['name', 'roleTitle', 'teamId'];
const MANAGED = ['id', 'createdAt', 'updatedAt', 'deletedAt'];

interface Facts {
  readonly employeeId: string;
  /** The team, where the employee has one. */
  readonly teamId: string | null;
  /** Entity/id -> values, as the manager sees them now. */
  readonly records: ReadonlyMap<string, Record<string, unknown>>;
}

/** The fields of a record that the employee may see, `null` for none at all. */
function visibleFields(entity: string, id: string, { employeeId, teamId, records }: Facts): readonly string[] | null {
  const values = records.get(`${entity}/${id}`);
  if (!values) return null;
  const all = fieldService.entities[entity as keyof typeof fieldService.entities].fieldNames;
  switch (entity) {
    case 'team':
    case 'service_type':
      return all;
    case 'employee':
      return id === employeeId ? all : COLLEAGUE;
    case 'task':
      return values.assignedEmployeeId === employeeId || (teamId !== null && values.teamId === teamId) ? all : null;
    case 'finance_entry':
      return values.employeeId === employeeId &&
        ['payrollEmployee', 'expenseOutOfPocket'].includes(values.kind as string)
        ? all
        : null;
    case 'client': {
      const naming = [...records].filter(
        ([key, task]) => key.startsWith('task/') && task.clientId === id && task.deletedAt === null,
      );
      const facts = { employeeId, teamId, records };
      return naming.some(([key]) => visibleFields('task', key.slice('task/'.length), facts)) ? all : null;
    }
    default:
      return null;
  }
}

function expectVisible(facts: Facts, entity: string, record: Record<string, unknown>): void {
  const fields = visibleFields(entity, record.id as string, facts);
  expect(fields, `${entity} ${JSON.stringify(record)}`).not.toBeNull();
  const shown = Object.keys(record).filter((key) => !MANAGED.includes(key));
  expect(shown.filter((field) => !fields?.includes(field))).toEqual([]);
}

const [teams, clients, tasks, entries, colleagues] = [ids(2), ids(2), ids(6), ids(6), ids(2)];
const PATHS = ['clients', 'employees', 'teams', 'service-types', 'tasks', 'finance-entries'] as const;
const ENTITY_OF: Record<string, string> = Object.fromEntries(
  Object.entries(fieldService.entities).map(([name, { path }]) => [path, name]),
);

let world: World;
let office: SyncClient;
let ana: SyncClient;
let employeeId: string;
let serial = 0;

beforeAll(async () => {
  world = await createWorld();
  office = world.device();
  const hers = await world.employee('ana@example.com', { hourlyRate: 12, phone: '+2' });
  employeeId = hers.employeeId;
  ana = world.device(hers.member);
  const { rejected } = await office.push([
    ...teams.map((id) => create('team', id, { name: 'Team' })),
    ...clients.map((id) => create('client', id, { name: 'Client', phone: '+1', accessNotes: 'code 7' })),
    ...colleagues.map((id) =>
      create('employee', id, { name: 'Colleague', phone: '+3', hourlyRate: 11, documentsDescription: 'x' }),
    ),
    create('service_type', v7(), { name: 'Windows', basePrice: 5, currency: 'usd' }),
  ]);
  expect(rejected).toEqual([]);
});
afterAll(() => world.close());

const team = fc.constantFrom(null, ...teams);
const person = () => fc.constantFrom(null, 'own', ...colleagues);
const own = (value: string | null) => (value === 'own' ? employeeId : value);

/** One step of the office: [entity, id, values]. */
const officeStep = fc.oneof(
  fc
    .record({
      assignedEmployeeId: person(),
      teamId: team,
      clientId: fc.constantFrom(null, ...clients),
      id: fc.constantFrom(...tasks),
    })
    .map(({ id, ...values }) => ({
      entity: 'task',
      id,
      values: { title: 'T', date: '2026-11-21', status: 'scheduled', ...values },
    })),
  fc
    .record({
      employeeId: person(),
      kind: fc.constantFrom('general', 'invoiceClient', 'payrollEmployee', 'expenseOutOfPocket'),
      status: fc.constantFrom('pending', 'paid'),
      id: fc.constantFrom(...entries),
    })
    .map(({ id, ...values }) => ({
      entity: 'finance_entry',
      id,
      values: { title: 'F', amount: 5, type: 'payable', dueDate: '2026-11-21', currency: 'usd', ...values },
    })),
  team.map((teamId) => ({ entity: 'employee', id: 'own', values: { teamId } })),
  fc
    .record({ id: fc.constantFrom(...colleagues), teamId: team })
    .map(({ id, teamId }) => ({ entity: 'employee', id, values: { teamId } })),
  fc.constantFrom(...tasks).map((id) => ({ entity: 'task', id, values: null })),
);

/** What the employee tries on any record, seen or not. */
const attempt = fc.oneof(
  fc
    .record({
      id: fc.constantFrom(...tasks),
      values: fc.constantFrom(
        { status: 'completed' },
        { notes: 'n' },
        { title: 'mine' },
        {},
        { teamId: teams[0] as string },
      ),
    })
    .map((step) => ({ entity: 'task', ...step })),
  fc
    .record({
      id: fc.constantFrom(...entries),
      values: fc.constantFrom({ amount: 6 }, { status: 'paid' }, { kind: 'expenseOutOfPocket' }, {}),
    })
    .map((step) => ({ entity: 'finance_entry', ...step })),
  fc
    .record({ id: fc.constantFrom(...colleagues), values: fc.constantFrom({ name: 'x' }, { hourlyRate: 11 }, {}) })
    .map((step) => ({ entity: 'employee', ...step })),
  fc
    .record({ id: fc.constantFrom(...clients), values: fc.constantFrom({ name: 'Client' }, {}) })
    .map((step) => ({ entity: 'client', ...step })),
);

it('I6: no answer ever holds a row or a field outside the role table', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(officeStep, { minLength: 1, maxLength: 8 }),
      fc.array(attempt, { minLength: 1, maxLength: 8 }),
      async (steps, attempts) => {
        serial += 1;
        await office.push(
          steps.map(({ entity, id, values }) => {
            const target = id === 'own' ? employeeId : id;
            if (values === null) return remove(entity, target, null);
            const resolved = Object.fromEntries(
              Object.entries(values).map(([field, value]) => [field, own(value as string | null)]),
            );
            return { ...edit(entity, target, null, resolved), baseUpdatedAt: undefined };
          }),
        );
        const changes = attempts.flatMap(({ entity, id, values }) => [
          edit(entity, id, null, values),
          { ...edit(entity, id, null, { ...values }), baseUpdatedAt: undefined },
          edit(entity, id, '2026-11-21T00:00:00.000000Z', values),
          remove(entity, id, null),
        ]);
        const pushes = [await ana.push(changes), await ana.push(changes)];
        const facts = await factsNow();
        for (const { results } of pushes) {
          for (const { entity, payload } of results) if (payload) expectVisible(facts, entity as string, payload);
        }
        for (const { op, entity, entityId, payload } of (await ana.pullAll()).changes) {
          if (op === 'upsert') expectVisible(facts, entity, payload as Record<string, unknown>);
          else expect(visibleFields(entity, entityId, facts)).not.toBeNull();
        }
        for (const path of PATHS) {
          const entity = ENTITY_OF[path] as string;
          const { body } = await ana.call<{ records: Record<string, unknown>[] }>(
            'GET',
            `/v1/${path}?limit=5000&includeDeleted=true`,
          );
          for (const record of body.records) expectVisible(facts, entity, record);
          // And nothing that is hers is missing.
          const hers = [...facts.records.keys()].filter(
            (key) =>
              key.startsWith(`${entity}/`) && visibleFields(entity, key.slice(entity.length + 1), facts) !== null,
          );
          expect(body.records.map(({ id }) => `${entity}/${id as string}`).toSorted()).toEqual(hers.toSorted());
        }
        for (const { entity, id } of attempts) {
          const { path } = fieldService.entities[entity as keyof typeof fieldService.entities];
          const { status, body } = await ana.call<Record<string, unknown>>('GET', `/v1/${path}/${id}`);
          expect(status).toBe(visibleFields(entity, id, facts) === null ? 404 : 200);
          if (status === 200) expectVisible(facts, entity, body);
        }
      },
    ),
    { numRuns: 25, seed: 20_261_121 },
  );
  expect(serial).toBeGreaterThanOrEqual(25);
}, 120_000);

async function factsNow(): Promise<Facts> {
  const records = new Map<string, Record<string, unknown>>();
  for (const path of PATHS) {
    const { body } = await office.call<{ records: Record<string, unknown>[] }>(
      'GET',
      `/v1/${path}?limit=5000&includeDeleted=true`,
    );
    for (const record of body.records) records.set(`${ENTITY_OF[path]}/${record.id as string}`, record);
  }
  return { employeeId, teamId: records.get(`employee/${employeeId}`)?.teamId as string | null, records };
}

function ids(count: number): string[] {
  return Array.from({ length: count }, () => v7());
}
