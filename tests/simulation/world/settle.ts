import type { Domain, Json } from '@backhaul/shared';
import type { Journal } from '../oracle/journal.ts';
import { isUnique } from '../plan/draw-value.ts';
import type { Plan } from '../plan/plan.ts';
import type { Instance, Request } from './instance.ts';
import type { Person } from './people.ts';
import { SEEDED, teamId } from './seeded-records.ts';
import type { WorldClock } from './world-clock.ts';

interface SettleParts {
  readonly domain: Domain;
  readonly journal: Journal;
  readonly clock: WorldClock;
  readonly newId: () => string;
}

/** The business as it is before anything goes wrong: a tenant, its records, its people. */
export async function settle(
  plan: Plan,
  instance: Instance,
  { domain, journal, clock, newId }: SettleParts,
): Promise<{ tenantId: string; people: Person[]; deviceId: string }> {
  const ask = async <Body>(method: Request['method'], url: string, token: string, body?: object): Promise<Body> => {
    const headers = { authorization: `Bearer ${token}`, ...(tenant.id === '' ? {} : { 'x-tenant-id': tenant.id }) };
    const answer = await instance.ask({ method, url, headers, ...(body === undefined ? {} : { body }) });
    if (answer === null || answer.statusCode >= 300) throw new Error(`${url}: ${JSON.stringify(answer?.json())}`);
    return answer.json<Body>();
  };
  const tenant = { id: '' };
  const run = newId();
  const signIn = async (index: number): Promise<Omit<Person, 'employeeId'>> => {
    const { name, role } = plan.people[index] as Plan['people'][number];
    const email = `${name.toLowerCase()}.${run}@example.com`;
    const { token, userId } = await instance.signIn({ email, name });
    return { index, name, email, userId, token, role, limited: role !== 'manager' };
  };
  const first = await signIn(0);
  const { id: tenantId } = await ask<{ id: string }>('POST', '/v1/tenants', first.token, { name: `Seed ${plan.seed}` });
  tenant.id = tenantId;
  const employees = plan.people.map(({ name, role, team }) =>
    role === 'manager' ? null : { id: newId(), values: { name, ...(team === null ? {} : { teamId: teamId(team) }) } },
  );
  const records = [
    ...SEEDED,
    ...employees.flatMap((employee) => (employee === null ? [] : [{ entity: 'employee', ...employee }])),
  ];
  const deviceId = newId();
  const changes = records.map(({ entity, id, values }) => ({
    changeId: newId(),
    op: 'upsert',
    entity,
    entityId: id,
    clientUpdatedAt: new Date(clock.now).toISOString(),
    baseUpdatedAt: null,
    payload: values,
  }));
  const push = { deviceId, changes };
  const { rejected } = await ask<{ rejected: object[] }>('POST', '/v1/sync/push', first.token, push);
  if (rejected.length > 0) throw new Error(`Seeding failed: ${JSON.stringify(rejected)}`);
  for (const { entity, id, values } of records) {
    for (const [field, value] of Object.entries(values as { [field: string]: Json })) {
      const unique = isUnique(domain, entity, field);
      journal.typed({
        author: 'office',
        entity,
        id,
        field,
        value,
        at: clock.serverNow,
        exact: true,
        refusal: null,
        unique,
        certain: true,
        sees: 'everything',
      });
    }
  }
  const people: Person[] = [{ ...first, employeeId: null }];
  for (const index of plan.people.keys()) {
    if (index === 0) continue;
    const person = await signIn(index);
    const employeeId = employees[index]?.id ?? null;
    const body = { email: person.email, role: person.role, ...(employeeId === null ? {} : { employeeId }) };
    await ask('POST', `/v1/tenants/${tenantId}/invite`, first.token, body);
    // Asking for one's tenants takes the invite up.
    await ask('GET', '/v1/tenants', person.token);
    if (employeeId !== null) {
      journal.typed({
        author: 'office',
        entity: 'employee',
        id: employeeId,
        field: 'userId',
        value: person.userId,
        at: clock.serverNow,
        exact: true,
        refusal: null,
        unique: false,
        certain: true,
        sees: 'everything',
      });
    }
    people.push({ ...person, employeeId });
  }
  return { tenantId, people, deviceId };
}
