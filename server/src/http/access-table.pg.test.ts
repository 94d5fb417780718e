import Fastify from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../testing/index.ts';
import { registerAccessTable } from './access-table.ts';

let service: TestApp;
beforeAll(async () => {
  service = await createTestApp();
});
afterAll(() => service.close());

test('a route that does not declare who may call it can not be registered', () => {
  const app = Fastify();
  registerAccessTable(app);
  expect(() => app.get('/open', () => 'x')).toThrow('GET /open does not declare who may call it');
});

test('everything under /v1 asks for a token, and only that', async () => {
  const open = service.app.accessTable.filter(({ access }) => access.who === 'anyone').map(({ url }) => url);
  expect(new Set(open)).toEqual(
    new Set([
      '/health',
      '/ready',
      '/openapi.json',
      '/reference',
      '/dev/sign-in',
      '/dev/mailbox',
      '/i/:token',
      '/i/:token/file',
      '/d/:token',
    ]),
  );
  const guarded = service.app.accessTable.filter(({ access }) => !['anyone', 'provider'].includes(access.who));
  expect(guarded.length).toBeGreaterThan(8);
  for (const { method, url, access } of guarded) {
    const response = await service.app.inject({
      method: method as 'GET',
      url: url.replaceAll(/:\w+/g, '00000000-0000-7000-8000-000000000000'),
    });
    // Such an address is its own proof, and this one has none.
    expect(response.statusCode, `${method} ${url}`).toBe(access.who === 'signature' ? 403 : 401);
  }
});

test('production has no development routes', async () => {
  const production = await createTestApp({
    database: service.services.database,
    services: () => ({ devIssuer: null, mailbox: null }),
  });
  expect(production.app.accessTable.filter(({ url }) => url.startsWith('/dev'))).toEqual([]);
  for (const call of [
    { method: 'POST', url: '/dev/sign-in', body: { email: 'a@b.co' } },
    { url: '/dev/mailbox' },
  ] as const) {
    expect((await production.app.inject(call)).statusCode).toBe(404);
  }
  await production.close();
});
