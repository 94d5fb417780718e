import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp, headersOf, type TestApp } from '../testing/index.ts';

let service: TestApp;
beforeAll(async () => {
  service = await createTestApp();
});
afterAll(() => service.close());

test('the creator of a tenant is its manager', async () => {
  const { token } = await service.signIn('ana@example.com', 'Ana');
  const tenant = await service.createTenant(token, 'Ana cleans');
  expect(tenant).toMatchObject({ name: 'Ana cleans', role: 'manager' });
  const response = await service.app.inject({ url: '/v1/tenants', headers: headersOf({ token }) });
  expect(response.json()).toEqual({
    tenants: [{ id: tenant.id, name: 'Ana cleans', role: 'manager', status: 'active' }],
  });
});
