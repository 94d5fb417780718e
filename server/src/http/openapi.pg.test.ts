import { Validator } from '@seriousme/openapi-schema-validator';
import { ERROR_CODES } from '@backhaul/shared';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../testing/index.ts';

interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly unknown[];
  readonly parameters?: readonly { name: string; in: string }[];
  readonly responses: {
    readonly [status: string]: { description: string; content?: Record<string, { schema?: object }> };
  };
}
interface Document {
  readonly openapi: string;
  readonly paths: { readonly [path: string]: { readonly [method: string]: Operation } };
  readonly components: { readonly schemas: { readonly [name: string]: object } };
}

let service: TestApp;
let document: Document;
beforeAll(async () => {
  service = await createTestApp();
  document = (await service.app.inject({ url: '/openapi.json' })).json<Document>();
});
afterAll(() => service.close());

function operations() {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ route: `${method.toUpperCase()} ${path}`, operation })),
  );
}

test('it is valid OpenAPI 3.1', async () => {
  expect(document.openapi).toBe('3.1.1');
  const validator = new Validator();
  const result = await validator.validate(structuredClone(document) as never);
  expect(result.errors ?? []).toEqual([]);
  expect(result.valid).toBe(true);
});

test('every route of the service is in it', () => {
  const described = operations().map(({ route }) => route);
  const registered = service.app.accessTable
    .filter(({ method, url }) => method !== 'HEAD' && url !== '/*')
    .map(({ method, url }) => `${method} ${url.replaceAll(/:(\w+)/g, '{$1}')}`);
  expect(described.toSorted()).toEqual(registered.toSorted());
});

test('every answer of every route has a schema and says what it means', () => {
  for (const { route, operation } of operations()) {
    for (const [status, { description, content }] of Object.entries(operation.responses)) {
      // What leads elsewhere says so in a header.
      if (status !== '302') expect(Object.values(content ?? {})[0]?.schema, `${route} ${status}`).toBeTypeOf('object');
      expect(description, `${route} ${status}`).not.toBe('Default Response');
      // Pages for people say what is wrong in words.
      if (Number(status) >= 400 && content?.['text/html'] === undefined) {
        expect(content?.['application/json']?.schema).toEqual({ $ref: '#/components/schemas/ErrorBody' });
        for (const code of description.split(', ')) expect(ERROR_CODES).toContain(code);
      }
    }
    expect(operation.summary, route).toBeTruthy();
    expect(operation.tags, route).toHaveLength(1);
  }
});

test('operation ids are unique names', () => {
  const ids = operations().map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[a-z][a-zA-Z0-9]+$/);
});

test('messages are components, and every reference leads to one', () => {
  const names = Object.keys(document.components.schemas);
  expect(names).toEqual(
    expect.arrayContaining(['ErrorBody', 'TenantsResponse', 'TenantSummary', 'PushRequest', 'PullResponse']),
  );
  const references = new Set(JSON.stringify(document).match(/#\/components\/schemas\/[^"]+/g));
  for (const reference of references) expect(names).toContain(reference.split('/').at(-1));
  expect(JSON.stringify(document)).not.toContain('$id');
});

test('routes under /v1 need a token and tell which headers they read', () => {
  for (const { route, operation } of operations()) {
    const headers = (operation.parameters ?? []).filter((one) => one.in === 'header').map(({ name }) => name);
    if (route.includes(' /v1/') && !route.includes('/webhooks/')) {
      expect(operation.security, route).toEqual([{ session: [] }]);
      expect(headers, route).toContain('x-device-id');
    } else {
      expect(operation.security, route).toBeUndefined();
    }
  }
  const paths = document.paths;
  expect(paths['/v1/members']?.get?.parameters?.map(({ name }) => name)).toContain('x-tenant-id');
  expect(paths['/v1/tenants']?.get?.parameters?.map(({ name }) => name)).not.toContain('x-tenant-id');
});

test('the reference reads without scripts or other servers', async () => {
  const response = await service.app.inject({ url: '/reference' });
  expect(response.statusCode).toBe(200);
  expect(response.headers['content-type']).toBe('text/html; charset=utf-8');
  expect(response.body).not.toMatch(/<script|src=|https?:\/\//i);
  for (const { route } of operations()) {
    const [method, path] = route.split(' ');
    expect(response.body).toContain(`<span class="method">${method}</span> ${path}`);
  }
  for (const code of ERROR_CODES) expect(response.body).toContain(`<code>${code}</code>`);
  const targets = [...response.body.matchAll(/href="#([^"]+)"/g)].map((match) => match[1]);
  const ids = new Set([...response.body.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]));
  expect(targets.filter((target) => !ids.has(target))).toEqual([]);
});
