import { connect } from 'node:net';
import { createDatabase } from '@backhaul/db';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, headersOf, type TestApp } from '../testing/index.ts';

let service: TestApp;
let token: string;
beforeAll(async () => {
  service = await createTestApp();
  ({ token } = await service.signIn('ana@example.com'));
});
afterAll(() => service.close());

async function failure(call: InjectOptions) {
  const response = await service.app.inject(call);
  expect(response.headers['content-type']).toBe('application/json; charset=utf-8');
  expect(response.headers['x-request-id']).toMatch(/^[\w-]{8,64}$/);
  const body = response.json<{ error: { code: string; message: string; details: Record<string, unknown> } }>();
  expect(Object.keys(body)).toEqual(['error']);
  expect(Object.keys(body.error)).toEqual(['code', 'message', 'details']);
  return { status: response.statusCode, ...body.error, headers: response.headers };
}

function post(body: string, type = 'application/json'): InjectOptions {
  return { method: 'POST', url: '/v1/tenants', headers: { ...headersOf({ token }), 'content-type': type }, body };
}

describe('every failure is the same envelope', () => {
  test('a body that is not JSON', async () => {
    expect(await failure(post('{"name":'))).toMatchObject({ status: 400, code: 'INVALID_JSON' });
    expect(await failure(post(''))).toMatchObject({ status: 400, code: 'INVALID_JSON' });
  });

  test('a body of another type', async () => {
    expect(await failure(post('name=x', 'application/x-www-form-urlencoded'))).toMatchObject({
      status: 415,
      code: 'UNSUPPORTED_MEDIA_TYPE',
    });
    expect(await failure(post('x', 'text/plain'))).toMatchObject({ status: 415 });
    expect(await failure(post('{}', 'nonsense'))).toMatchObject({ status: 415 });
  });

  test('a body that is too large, announced or not', async () => {
    const large = JSON.stringify({ name: 'x'.repeat(300_000) });
    expect(await failure(post(large))).toMatchObject({
      status: 413,
      code: 'BODY_TOO_LARGE',
      details: { maxBytes: 262_144 },
    });
  });

  test('a body that breaks the schema names the fields, not their values', async () => {
    const { status, code, details } = await failure(post(JSON.stringify({ name: 5 })));
    expect({ status, code }).toEqual({ status: 400, code: 'INVALID_REQUEST' });
    expect(details).toEqual({ in: 'body', problems: [{ path: '/name', problem: 'must be string' }] });
    expect((await failure(post('{}'))).details).toMatchObject({ problems: [{ fields: ['name'] }] });
    expect(await failure(post('[]'))).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
    expect(await failure(post('null'))).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
  });

  test('an unknown route, and a known one by another method', async () => {
    for (const url of ['/v1/nowhere', '/nowhere', '/dev/nowhere', '/v1', '/dev']) {
      expect(await failure({ url }), url).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    }
    expect(await failure({ method: 'PUT', url: '/v1/tenants' })).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  });

  test('a URL that can not be decoded', async () => {
    expect(await failure({ url: '/v1/%zz' })).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
  });

  test('no database: unavailable, with the time to wait', async () => {
    const nowhere = createDatabase({ connectionString: 'postgres://nobody:x@127.0.0.1:1/none' });
    const cut = await createTestApp({ database: nowhere });
    for (const call of [{ url: '/ready' }, { url: '/v1/tenants', headers: headersOf({ token }) }]) {
      const response = await cut.app.inject(call);
      expect(response.statusCode, call.url).toBe(503);
      expect(response.json()).toMatchObject({ error: { code: 'UNAVAILABLE' } });
      expect(response.headers['retry-after']).toBe('2');
    }
    expect((await cut.app.inject({ url: '/health' })).statusCode).toBe(200);
    await cut.close();
    await nowhere.close();
  });

  test('a bug: the caller learns nothing but the request id', async () => {
    const lines: string[] = [];
    const broken = await createTestApp({
      database: service.services.database,
      services: () => ({
        now: () => {
          throw new TypeError('secret detail');
        },
        log: { kind: 'json', level: 'info', write: (line) => lines.push(line) },
      }),
    });
    const response = await broken.app.inject({ url: '/v1/tenants', headers: headersOf({ token }) });
    await broken.close();
    expect(response.statusCode).toBe(500);
    expect(response.body).not.toContain('secret detail');
    const logged = lines.map((line) => JSON.parse(line) as Record<string, unknown>).find((line) => line.cause);
    expect(logged).toMatchObject({ route: '/v1/tenants', cause: { name: 'TypeError', message: 'secret detail' } });
    expect(logged?.reqId).toBe(response.headers['x-request-id']);
  });
});

test('bytes that are not HTTP get the envelope too', async () => {
  const address = await service.app.listen({ port: 0, host: '127.0.0.1' });
  const socket = connect(Number(new URL(address).port), '127.0.0.1');
  socket.write('NONSENSE\r\n\r\n');
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  expect(text).toMatch(/^HTTP\/1\.1 400 /);
  expect(text).toContain('"code":"INVALID_REQUEST"');
});

test('keys that JavaScript gives a meaning are plain data, and pollute nothing', async () => {
  const response = await service.app.inject(
    post('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"name":"a"}'),
  );
  expect(response.statusCode).toBe(201);
  expect({}).not.toHaveProperty('polluted');
});

const idOf = async (sent?: string) => {
  const headers = sent === undefined ? {} : { 'x-request-id': sent };
  return (await service.app.inject({ url: '/health', headers })).headers['x-request-id'];
};

describe('request ids', () => {
  test("a caller's id is kept", async () => {
    expect(await idOf('trace_1234-abcd')).toBe('trace_1234-abcd');
  });

  test('anything odd is replaced by a fresh one', async () => {
    for (const odd of [undefined, 'short', 'x'.repeat(65), 'has space', '<script>alert(1)</script>']) {
      expect(await idOf(odd)).toMatch(/^[0-9a-f-]{36}$/);
    }
  });
});

describe('answers', () => {
  test('large ones are compressed with what the caller takes', async () => {
    for (const encoding of ['zstd', 'br', 'gzip']) {
      const response = await service.app.inject({ url: '/openapi.json', headers: { 'accept-encoding': encoding } });
      expect(response.headers['content-encoding']).toBe(encoding);
      expect(response.headers.vary).toContain('accept-encoding');
    }
    expect(
      (await service.app.inject({ url: '/health', headers: { 'accept-encoding': 'gzip' } })).headers,
    ).not.toHaveProperty('content-encoding');
  });

  test('none of the API is cached', async () => {
    const response = await service.app.inject({ url: '/v1/tenants', headers: headersOf({ token }) });
    expect(response.headers['cache-control']).toBe('no-store');
    expect((await failure({ url: '/v1/tenants' })).headers['cache-control']).toBe('no-store');
  });

  test('only named origins may read them', async () => {
    const open = await createTestApp({
      database: service.services.database,
      config: { corsOrigins: ['https://app.example.com'] },
    });
    const preflight = (origin: string) =>
      open.app.inject({
        method: 'OPTIONS',
        url: '/v1/tenants',
        headers: { origin, 'access-control-request-method': 'PATCH' },
      });
    const allowed = await preflight('https://app.example.com');
    const other = await preflight('https://evil.example.com');
    await open.close();
    expect(allowed.headers['access-control-allow-origin']).toBe('https://app.example.com');
    expect(allowed.headers['access-control-allow-methods']).toContain('PATCH');
    expect(other.headers).not.toHaveProperty('access-control-allow-origin');
    const closed = await service.app.inject({ url: '/health', headers: { origin: 'https://app.example.com' } });
    expect(closed.headers).not.toHaveProperty('access-control-allow-origin');
  });
});
