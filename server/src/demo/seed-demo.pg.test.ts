import type { AuditResponse, Domain, MembersResponse, TenantsResponse } from '@backhaul/shared';
import { defineEntity, field, fieldService } from '@backhaul/shared';
import { expect, onTestFinished, test } from 'vitest';
import { createTestApp, headersOf, type TestAppOptions } from '../testing/test-app.ts';
import { demoBusiness } from './demo-business.ts';
import { DEMO_EMPLOYEES, DEMO_MANAGER } from './demo-people.ts';
import { DemoRejectedError, seedDemo } from './seed-demo.ts';

const NOW = new Date('2026-03-11T09:30:00Z');

async function startServer(options: TestAppOptions = {}) {
  const server = await createTestApp(options);
  onTestFinished(() => server.close());
  const url = await server.app.listen({ host: '127.0.0.1', port: 0 });
  return { ...server, url };
}

const idOf = (name: string) =>
  demoBusiness({ today: '2026-03-11' }).employees.find((employee) => employee.name === name)?.id;

type Server = Awaited<ReturnType<typeof startServer>>;

/** What a demo person sees of a route. */
async function read<Body>(server: Server, person: { email: string }, tenantId: string, path: string): Promise<Body> {
  const { token } = await server.signIn(person.email);
  const response = await server.app.inject({ url: path, headers: headersOf({ token, tenantId }) });
  expect(response.statusCode).toBe(200);
  return response.json<Body>();
}

const countOf = (changes: readonly { entity: string }[]) =>
  changes.reduce<{ [entity: string]: number }>(
    (counts, { entity }) => ({ ...counts, [entity]: (counts[entity] ?? 0) + 1 }),
    {},
  );

test('loads everything, and links two employees to their records', async () => {
  const server = await startServer();

  const { tenantId, seeded } = await seedDemo({ url: server.url, now: NOW });

  expect(seeded).toBe(true);
  const pulled = await read<{ changes: { entity: string }[] }>(
    server,
    DEMO_MANAGER,
    tenantId,
    '/v1/sync/pull?limit=5000',
  );
  expect(countOf(pulled.changes)).toEqual({
    team: 3,
    employee: 8,
    service_type: 6,
    client: 40,
    task: 300,
    finance_entry: 60,
  });
  const { members } = await read<MembersResponse>(server, DEMO_MANAGER, tenantId, '/v1/members');
  expect(members).toHaveLength(3);
  expect(members).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ name: 'Marta Oliveira', role: 'manager', status: 'active', employeeId: null }),
      expect.objectContaining({ name: 'Ana Ribeiro', role: 'employee', employeeId: idOf('Ana Ribeiro') }),
      expect.objectContaining({ name: 'Carlos Mendoza', role: 'employee', employeeId: idOf('Carlos Mendoza') }),
    ]),
  );
});

test('an employee sees their own work of today and nobody else’s', async () => {
  const server = await startServer();
  const { tenantId } = await seedDemo({ url: server.url, now: NOW });

  const [ana] = DEMO_EMPLOYEES;
  const pulled = await read<{ changes: { entity: string; payload: { [field: string]: unknown } }[] }>(
    server,
    ana ?? DEMO_MANAGER,
    tenantId,
    '/v1/sync/pull?limit=5000',
  );

  const tasks = pulled.changes.filter(({ entity }) => entity === 'task');
  expect(tasks.filter(({ payload }) => payload.date === '2026-03-11')).toHaveLength(4);
  expect(new Set(tasks.map(({ payload }) => payload.teamId)).size).toBe(1);
  expect(countOf(pulled.changes)).toMatchObject({ team: 3, employee: 8, service_type: 6 });
});

test('a second start writes nothing, on another day either, and is quick', async () => {
  const server = await startServer();
  const first = await seedDemo({ url: server.url, now: NOW });
  const before = await read<AuditResponse>(server, DEMO_MANAGER, first.tenantId, '/v1/audit?order=desc&limit=1');

  const began = performance.now();
  const second = await seedDemo({ url: server.url, now: new Date('2026-05-02T09:30:00Z') });
  const took = performance.now() - began;

  expect(second).toEqual({ tenantId: first.tenantId, seeded: false });
  expect(took).toBeLessThan(500);
  expect(await read<AuditResponse>(server, DEMO_MANAGER, first.tenantId, '/v1/audit?order=desc&limit=1')).toEqual(
    before,
  );
  const { tenants } = await read<TenantsResponse>(server, DEMO_MANAGER, first.tenantId, '/v1/tenants');
  expect(tenants).toHaveLength(1);
});

test('a start that was cut off at any request is completed by the next one', async () => {
  const server = await startServer();
  let allowed = 0;
  let sent = 0;
  const cutOff: typeof fetch = (input, init) => {
    sent += 1;
    if (sent > allowed) throw new TypeError('cut off');
    return fetch(input, init);
  };

  // The last one reaches the end; each of the others dies one request later than the one before.
  for (allowed = 1; ; allowed += 1) {
    sent = 0;
    try {
      await seedDemo({ url: server.url, now: NOW, fetch: cutOff });
      break;
    } catch (error) {
      expect(error).toEqual(new TypeError('cut off'));
    }
  }

  expect(allowed).toBeGreaterThan(5);
  const { tenantId, seeded } = await seedDemo({ url: server.url, now: NOW });
  expect(seeded).toBe(false);
  const pulled = await read<{ changes: { entity: string }[] }>(
    server,
    DEMO_MANAGER,
    tenantId,
    '/v1/sync/pull?limit=5000',
  );
  expect(pulled.changes).toHaveLength(417);
  expect((await read<MembersResponse>(server, DEMO_MANAGER, tenantId, '/v1/members')).members).toHaveLength(3);
});

test('says what was rejected', async () => {
  const stricter = defineEntity({ table: 'teams', fields: { name: field.text({ required: true, maxLength: 3 }) } });
  const domain = { ...fieldService, entities: { ...fieldService.entities, team: stricter } } as unknown as Domain;
  const server = await startServer({ domain });

  const failure: unknown = await seedDemo({ url: server.url, now: NOW }).catch((error: unknown) => error);

  expect(failure).toBeInstanceOf(DemoRejectedError);
  const codes = (failure as DemoRejectedError).rejected.map(({ entity, code }) => `${entity} ${code}`);
  expect(codes.filter((code) => code === 'team INVALID_TEXT')).toHaveLength(3);
  // Whoever works in those teams.
  expect(codes.filter((code) => code === 'employee MISSING_REFERENCE')).toHaveLength(8);
  expect((failure as DemoRejectedError).message).toContain('INVALID_TEXT team name');
});
