import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp, headersOf, type TestApp } from '../testing/index.ts';

/** Everything personal or secret in this file's requests contains it. */
const CANARY = 'canary4711';

let service: TestApp;
let lines: string[];
beforeAll(async () => {
  lines = [];
  service = await createTestApp({
    services: () => ({ log: { kind: 'json', level: 'trace', write: (line) => lines.push(line) } }),
  });
});
afterAll(() => service.close());

test('no line holds a person, a token, a body or a query', async () => {
  const { token } = await service.signIn(`${CANARY}@example.com`, `Name ${CANARY}`);
  const tenant = await service.createTenant(token, `Tenant ${CANARY}`);
  const headers = { ...headersOf({ token, tenantId: tenant.id, deviceId: randomUUID() }), 'user-agent': CANARY };
  const invite = { method: 'POST', url: `/v1/tenants/${tenant.id}/invite`, headers } as const;
  const post = { method: 'POST', url: '/v1/tenants', headers } as const;
  const calls = [
    { ...invite, body: { email: `friend-${CANARY}@example.com`, role: 'manager' } },
    { ...invite, body: { email: `friend-${CANARY}@example.com`, role: 'manager' } },
    { ...invite, body: { email: CANARY, role: CANARY } },
    { ...post, headers: { ...headers, 'content-type': 'application/json' }, body: `{"name": ${CANARY}` },
    { ...post, headers: { ...headers, 'content-type': `text/${CANARY}` }, body: CANARY },
    { ...post, body: { name: CANARY.repeat(40_000) } },
    { url: `/v1/${CANARY}?email=${CANARY}`, headers },
    { url: `/v1/%zz${CANARY}`, headers },
    { method: 'DELETE', url: `/v1/members/${CANARY}`, headers },
    { url: '/v1/members', headers: { ...headers, 'x-tenant-id': CANARY } },
    { url: '/v1/tenants', headers: { authorization: `Bearer ${CANARY}.${CANARY}.${CANARY}` } },
    { url: `/v1/members?q=${CANARY}`, headers },
  ] as const;
  for (const call of calls) await service.app.inject(call);

  const text = lines.join('');
  expect(lines.length).toBeGreaterThan(calls.length);
  expect(text).not.toContain(CANARY);
  expect(text).not.toContain(token);
  expect(text).not.toContain(token.split('.')[1]);
});

test('a line says which route, how it went and how long it took', async () => {
  lines.length = 0;
  const response = await service.app.inject({ url: '/v1/tenants' });
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    {
      level: 30,
      time: expect.any(String),
      reqId: response.headers['x-request-id'],
      method: 'GET',
      route: '/v1/tenants',
      status: 401,
      code: 'UNAUTHENTICATED',
      milliseconds: expect.any(Number),
      msg: 'request',
    },
  ]);
});
