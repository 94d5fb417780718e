import { createApp } from '@backhaul/server';
import { headersOf, type SignedIn } from '@backhaul/server/testing';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { create, createNeighbour, createWorld, stateOf, TASK, type World } from '../support/sync-client.ts';

/** Every route as it is called here: what it needs besides a token. A route that is missing fails the walk. */
const CALLS: {
  readonly [route: string]: {
    readonly body?: () => object;
    readonly employee: readonly number[];
    readonly manager: readonly number[];
  };
} = {
  'GET /health': { employee: [200], manager: [200] },
  'GET /ready': { employee: [200], manager: [200] },
  'GET /openapi.json': { employee: [200], manager: [200] },
  'GET /reference': { employee: [200], manager: [200] },
  'GET /dev/mailbox': { employee: [200], manager: [200] },
  'POST /dev/sign-in': { body: () => ({ email: 'walker@example.com' }), employee: [200, 201], manager: [200, 201] },
  'GET /v1/tenants': { employee: [200], manager: [200] },
  'POST /v1/tenants': { body: () => ({ name: 'Another' }), employee: [201], manager: [201] },
  'POST /v1/tenants/:id/invite': {
    body: () => ({ email: `${v7()}@example.com`, role: 'employee' }),
    employee: [403],
    manager: [201],
  },
  'POST /v1/tenants/:id/activate': { body: () => ({ deviceId: v7() }), employee: [200], manager: [200] },
  'GET /v1/members': { employee: [403], manager: [200] },
  'PATCH /v1/members/:userId': { body: () => ({ role: 'manager' }), employee: [403], manager: [404] },
  'DELETE /v1/members/:userId': { employee: [403], manager: [404] },
  'GET /v1/devices': { employee: [403], manager: [200] },
  'DELETE /v1/devices/:id': { employee: [403], manager: [404] },
  'POST /v1/sync/push': { body: () => ({ deviceId: v7(), changes: [] }), employee: [200], manager: [200] },
  'GET /v1/sync/pull': { employee: [200], manager: [200] },
  // Without a device; with one it would not end.
  'GET /v1/sync/stream': { employee: [400], manager: [400] },
  'GET /v1/conflicts': { employee: [403], manager: [200] },
  'GET /v1/records/:entity/:id/history': { employee: [403], manager: [404] },
  'GET /v1/conflicts/counts': { employee: [403], manager: [200] },
  'POST /v1/conflicts/resolve': {
    body: () => ({ ids: [v7()], resolution: 'keep' }),
    employee: [403],
    manager: [200],
  },
  'POST /v1/conflicts/:id/resolve': { body: () => ({ resolution: 'keep' }), employee: [403], manager: [404] },
  'POST /v1/escrow': {
    body: () => ({ deviceId: v7(), reason: 'revoked', changes: [] }),
    employee: [404],
    manager: [404],
  },
  'GET /v1/quarantine': { employee: [403], manager: [200] },
  'POST /v1/quarantine/:id/apply': { body: () => ({}), employee: [403], manager: [404] },
  'POST /v1/quarantine/:id/discard': { employee: [403], manager: [404] },
  'POST /v1/quarantine/apply': { body: () => ({ ids: [v7()] }), employee: [403], manager: [200] },
  'POST /v1/quarantine/discard': { body: () => ({ ids: [v7()] }), employee: [403], manager: [200] },
  'GET /v1/audit': { employee: [403], manager: [200] },
  'GET /v1/settings': { employee: [403], manager: [200] },
  'GET /v1/settings/logo': { employee: [403], manager: [200] },
  'PUT /v1/settings/logo': { body: () => ({ data: 'aGVsbG8=' }), employee: [403], manager: [422] },
  'DELETE /v1/settings/logo': { employee: [403], manager: [200] },
  'POST /v1/attachments/presign': {
    body: () => ({ ownerType: 'task', ownerId: v7(), mimeType: 'image/png', size: 1 }),
    employee: [404],
    manager: [404],
  },
  'POST /v1/attachments/complete': { body: () => ({ attachmentId: v7() }), employee: [404], manager: [404] },
  'GET /v1/attachments/:id/presign': { employee: [404], manager: [404] },
  'DELETE /v1/attachments/:id': { employee: [404], manager: [404] },
  'GET /v1/attachments/limits': { employee: [200], manager: [200] },
  'PATCH /v1/settings': { body: () => ({ language: 'es' }), employee: [403], manager: [200] },
  'POST /v1/invoices/:id/send': { body: () => ({ channels: ['sms'] }), employee: [403], manager: [404] },
  'POST /v1/invoices/:id/preview': { body: () => ({ channels: ['sms'] }), employee: [403], manager: [404] },
  'POST /v1/invoices/generate': {
    body: () => ({ from: '2026-11-01', to: '2026-11-30' }),
    employee: [403],
    manager: [200],
  },
  'GET /v1/invoices': { employee: [403], manager: [200] },
  'GET /v1/invoices/:id/pdf': { employee: [403], manager: [404] },
  'POST /v1/invoices/:id/finalize': { employee: [403], manager: [404] },
  'POST /v1/invoices/:id/adjust': {
    body: () => ({ description: 'Goodwill', amount: -1 }),
    employee: [403],
    manager: [404],
  },
  'POST /v1/payroll/generate': {
    body: () => ({ from: '2026-11-01', to: '2026-11-30' }),
    employee: [403],
    manager: [200],
  },
  'GET /v1/notifications': { employee: [403], manager: [200] },
  'POST /v1/notifications/:id/settle': { body: () => ({ outcome: 'sent' }), employee: [403], manager: [404] },
  'POST /v1/notifications/:id/resend': { employee: [403], manager: [404] },
  'POST /v1/consents': {
    body: () => ({ channel: 'sms', address: '+15085550123', consent: 'given' }),
    employee: [403],
    manager: [200],
  },
  ...Object.fromEntries(
    Object.entries({
      clients: {},
      employees: {},
      teams: {},
      'service-types': {},
      tasks: TASK,
      'finance-entries': {},
    }).flatMap(([path, values]) => [
      [`GET /v1/${path}`, { employee: [200], manager: [200] }],
      [`GET /v1/${path}/:id`, { employee: [404], manager: [404] }],
      [
        `POST /v1/${path}`,
        {
          body: () => ({ name: 'x', basePrice: 1, currency: 'usd', ...values }),
          employee: [403, 422],
          manager: [201, 422],
        },
      ],
      [`PATCH /v1/${path}/:id`, { body: () => ({}), employee: [404], manager: [404] }],
      [`DELETE /v1/${path}/:id`, { employee: [404], manager: [404] }],
    ]),
  ),
};

interface Route {
  readonly method: string;
  readonly url: string;
  readonly access: {
    readonly who: 'anyone' | 'user' | 'member' | 'manager' | 'signature' | 'provider';
    readonly tenant?: 'header' | 'path';
  };
}

interface OpenApi {
  readonly paths: {
    readonly [path: string]: {
      readonly [method: string]: { readonly responses: object; readonly security?: unknown; readonly 'x-who'?: string };
    };
  };
}

let world: World;
let openApi: OpenApi;
let callers: { manager: SignedIn; employee: SignedIn; stranger: SignedIn };
beforeAll(async () => {
  world = await createWorld();
  const { member } = await world.employee('ana@example.com');
  const stranger = await createNeighbour(world);
  callers = { manager: world.manager, employee: member, stranger };
  openApi = (await world.server.app.inject({ url: '/openapi.json' })).json<OpenApi>();
});
afterAll(() => world.close());

/** The web app's files aside, whose one route takes any path. */
const everyRoute = (): readonly Route[] =>
  (world.server.app as unknown as { accessTable: readonly Route[] }).accessTable.filter(
    ({ url }) => url !== '*' && url !== '/*',
  );

/** For people outside, who have a link. */
const LINKS = ['/i/:token', '/i/:token/file', '/d/:token'];

/** Those that ask for no token have tests of their own: `attachment-stores.pg.test.ts`, `webhooks.pg.test.ts`, `disputes.pg.test.ts`. */
const routes = (): readonly Route[] =>
  everyRoute().filter(({ access, url }) => !['signature', 'provider'].includes(access.who) && !LINKS.includes(url));

async function walk(
  route: { method: string; url: string },
  caller: SignedIn | null,
  extra: Record<string, string> = {},
  rawBody?: string,
) {
  const { tenantId, server } = world;
  const asked = route.method === 'HEAD' ? 'GET' : route.method;
  const body = rawBody ?? CALLS[`${asked} ${route.url}`]?.body?.();
  const response = await server.app.inject({
    method: route.method as 'GET',
    url: route.url
      .replace('/tenants/:id', `/tenants/${tenantId}`)
      .replace(':id', v7())
      .replace(':userId', 'user_nobody')
      .replace(':entity', 'task'),
    headers: { ...(caller ? headersOf({ token: caller.token, tenantId }) : {}), ...extra },
    ...(body === undefined ? {} : { body }),
  });
  const text =
    route.method === 'HEAD' || !String(response.headers['content-type']).includes('json')
      ? null
      : response.json<{ error?: { code: string } }>();
  expectDeclared(asked, route.url, response.statusCode);
  return { status: response.statusCode, code: text?.error?.code };
}

function expectDeclared(method: string, url: string, status: number): void {
  const path = url.replaceAll(/:(\w+)/g, '{$1}');
  const declared = Object.keys(openApi.paths[path]?.[method.toLowerCase()]?.responses ?? {});
  expect(declared, `${method} ${url}`).toContain(String(status));
}

describe('every route', () => {
  it('is one of those that are walked here', () => {
    const served = routes()
      .filter(({ method }) => method !== 'HEAD')
      .map(({ method, url }) => `${method} ${url}`);
    expect(served.toSorted()).toEqual(Object.keys(CALLS).toSorted());
  });

  it('is in the description, with who may call it', () => {
    for (const { method, url, access } of routes()) {
      if (method === 'HEAD') continue;
      const described = openApi.paths[url.replaceAll(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];
      expect(described?.['x-who'], `${method} ${url}`).toBe(access.who === 'anyone' ? undefined : access.who);
      expect(described?.security === undefined).toBe(access.who === 'anyone');
    }
  });

  it('behind a signed address is closed to whoever has none, a token notwithstanding', async () => {
    const signed = everyRoute().filter(({ access }) => access.who === 'signature');
    expect(signed.map(({ method }) => method).toSorted()).toEqual(['GET', 'HEAD', 'PUT']);
    for (const route of signed) {
      for (const caller of [null, callers.manager]) {
        const { status } = await walk(route, caller);
        expect(status, route.method).toBe(403);
      }
    }
  });

  it('without a token: 401 unless it is open to anyone', async () => {
    for (const route of routes()) {
      const { status } = await walk(route, null);
      if (route.access.who === 'anyone') expect([200, 201], `${route.method} ${route.url}`).toContain(status);
      else expect(status, `${route.method} ${route.url}`).toBe(401);
    }
  });

  it('for a stranger: no such tenant, and nothing written', async () => {
    const before = await stateOf(world);
    for (const route of routes()) {
      if (route.access.who === 'anyone' || route.access.who === 'user') continue;
      const { status, code } = await walk(route, callers.stranger);
      expect(status, `${route.method} ${route.url}`).toBe(404);
      if (route.method !== 'HEAD') expect(code).toBe('NOT_FOUND');
    }
    expect(await stateOf(world)).toEqual(before);
  });

  it('for an employee: what its declaration demands, and nothing written that is not theirs', async () => {
    const before = await stateOf(world);
    for (const route of routes()) {
      const { status } = await walk(route, callers.employee);
      const asked = route.method === 'HEAD' ? 'GET' : route.method;
      expect(CALLS[`${asked} ${route.url}`]?.employee, `${route.method} ${route.url}: ${status}`).toContain(status);
      if (route.access.who === 'manager') expect(status).toBe(403);
    }
    expect(await stateOf(world)).toEqual(before);
  });

  it('for the manager: never 401 or 403', async () => {
    for (const route of routes()) {
      const { status } = await walk(route, callers.manager);
      const asked = route.method === 'HEAD' ? 'GET' : route.method;
      expect(CALLS[`${asked} ${route.url}`]?.manager, `${route.method} ${route.url}: ${status}`).toContain(status);
    }
  });

  it('that is bound to a tenant by a header asks for it, and knows when it is none', async () => {
    for (const route of routes()) {
      const { method, url, access } = route;
      if (access.who === 'anyone' || access.who === 'user' || access.tenant === 'path') continue;
      const { token } = callers.manager;
      const bare = await world.server.app.inject({
        method: method as 'GET',
        url: url.replace(':id', v7()).replace(':userId', 'x').replace(':entity', 'task'),
        headers: { authorization: `Bearer ${token}` },
      });
      expect(bare.statusCode, `${method} ${url}`).toBe(400);
      expect((await walk(route, callers.manager, { 'x-tenant-id': 'x' })).status, `${method} ${url}`).toBe(400);
      expect((await walk(route, callers.manager, { 'x-tenant-id': v7() })).status, `${method} ${url}`).toBe(404);
    }
  });

  it('answers only statuses that it declares, to a malformed device id, too', async () => {
    for (const route of routes()) {
      if (route.access.who === 'anyone') continue;
      expect((await walk(route, callers.manager, { 'x-device-id': 'x' })).status, `${route.method} ${route.url}`).toBe(
        400,
      );
    }
  });

  it.each([
    ['broken JSON', 'application/json', '{', 400],
    ['another type', 'text/plain', 'x', 415],
    ['too much', 'application/json', JSON.stringify('x'.repeat(6_000_000)), 413],
  ] as const)('answers only statuses that it declares, to a body of %s', async (_, type, body, expected) => {
    for (const route of routes()) {
      if (['GET', 'HEAD'].includes(route.method)) continue;
      expect(
        (await walk(route, callers.manager, { 'content-type': type }, body)).status,
        `${route.method} ${route.url}`,
      ).toBe(expected);
    }
  });
});

it('what is called without a token answers nothing to who has no link and no signature', async () => {
  const others = everyRoute().filter(({ access, url }) => access.who === 'provider' || LINKS.includes(url));
  expect(others.filter(({ method }) => method !== 'HEAD')).toHaveLength(7);
  for (const route of others) expect((await walk(route, callers.manager, {}, '')).status, route.url).toBe(404);
});

it('a role that changes counts from the next call on', async () => {
  const { member } = await world.employee('bea@example.com');
  const office = world.device();
  const route = { method: 'GET', url: '/v1/audit' };
  expect((await walk(route, member)).status).toBe(403);
  await office.call('PATCH', `/v1/members/${member.userId}`, { role: 'manager' });
  expect((await walk(route, member)).status).toBe(200);
  await office.call('DELETE', `/v1/members/${member.userId}`);
  expect((await walk(route, member)).status).toBe(404);
});

it('a route that does not say who may call it can not be registered', async () => {
  const app = await createApp(world.server.services);
  expect(() => app.get('/open', () => 'x')).toThrow('GET /open does not declare who may call it');
  expect(() => app.route({ method: ['POST', 'PUT'], url: '/open', config: {}, handler: () => 'x' })).toThrow(
    'POST /open',
  );
  await app.close();
});

it('what is created by one caller is not there for another tenant’s manager', async () => {
  const id = v7();
  await world.device().push([create('task', id, TASK)]);
  const neighbour = await createNeighbour(world);
  expect((await neighbour.call('GET', `/v1/tasks/${id}`)).status).toBe(404);
});
