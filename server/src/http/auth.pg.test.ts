import { createHmac, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { withDirectory } from '@backhaul/db';
import { parseUserId } from '@backhaul/shared';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createTestApp, type TestApp } from '../testing/index.ts';

let service: TestApp;
beforeAll(async () => {
  service = await createTestApp();
});
afterAll(() => service.close());

const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });
const HOUR = 3600;

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** A token with chosen claims, signed by a key of our own. */
function forge(
  claims: object,
  header: object = { alg: 'RS256', typ: 'JWT' },
  key: KeyObject = stranger.privateKey,
): string {
  const text = `${encode(header)}.${encode(claims)}`;
  return `${text}.${createSign('RSA-SHA256').update(text).sign(key).toString('base64url')}`;
}

function validClaims() {
  const now = Math.floor(Date.now() / 1000);
  const { issuer, authorizedParties } = service.devIssuer.tokens;
  return { iss: issuer, azp: authorizedParties[0], sub: 'user_mallory', iat: now - 1, nbf: now - 1, exp: now + HOUR };
}

async function call(authorization: string | undefined, headers: Record<string, string> = {}) {
  const response = await service.app.inject({
    url: '/v1/tenants',
    headers: { ...headers, ...(authorization === undefined ? {} : { authorization }) },
  });
  return { status: response.statusCode, code: response.json<{ error?: { code: string } }>().error?.code, response };
}

const refused = { status: 401, code: 'UNAUTHENTICATED' };

test('a token of the local issuer is accepted', async () => {
  const { token } = await service.signIn('ana@example.com');
  expect(await call(`Bearer ${token}`)).toMatchObject({ status: 200 });
  expect(await call(`bearer ${token}`)).toMatchObject({ status: 200 });
});

test('no token, another scheme and an empty bearer are refused', async () => {
  for (const authorization of [undefined, '', 'Basic YTpi', 'Bearer', 'Bearer ', 'Bearer a b']) {
    expect(await call(authorization)).toMatchObject(refused);
  }
});

describe('forgeries', () => {
  test('signed by another key', async () => {
    expect(await call(`Bearer ${forge(validClaims())}`)).toMatchObject(refused);
  });

  test('expired and signed by another key: not a word about its expiry', async () => {
    expect(await call(`Bearer ${forge({ ...validClaims(), exp: 1 })}`)).toMatchObject(refused);
  });

  test('alg none, with and without a signature', async () => {
    const text = `${encode({ alg: 'none', typ: 'JWT' })}.${encode(validClaims())}`;
    expect(await call(`Bearer ${text}.`)).toMatchObject(refused);
    expect(await call(`Bearer ${text}.AAAA`)).toMatchObject(refused);
  });

  test('HS256 with the public key as the secret', async () => {
    const text = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(validClaims())}`;
    const signature = createHmac('sha256', service.devIssuer.tokens.jwtKey).update(text).digest('base64url');
    expect(await call(`Bearer ${text}.${signature}`)).toMatchObject(refused);
  });

  test('a good token whose claims or signature were changed', async () => {
    const { token } = await service.signIn('ana@example.com');
    const [head, claims = '', signature = ''] = token.split('.');
    const altered = { ...(JSON.parse(Buffer.from(claims, 'base64url').toString()) as object), sub: 'user_other' };
    expect(await call(`Bearer ${head}.${encode(altered)}.${signature}`)).toMatchObject(refused);
    expect(await call(`Bearer ${head}.${claims}.${signature.slice(0, -8)}AAAAAAAA`)).toMatchObject(refused);
    expect(await call(`Bearer ${head}.${claims}.`)).toMatchObject(refused);
  });
});

test('an expired token says so, to API clients and to browsers alike', async () => {
  const { token } = await service.devIssuer.issue({ email: 'ana@example.com' }, new Date(Date.now() - 2 * HOUR * 1000));
  const expired = { status: 401, code: 'TOKEN_EXPIRED' };
  expect(await call(`Bearer ${token}`)).toMatchObject(expired);
  const browser = { accept: 'text/html', 'sec-fetch-dest': 'document', cookie: `__session=${token}; __client_uat=1` };
  expect(await call(`Bearer ${token}`, browser)).toMatchObject(expired);
});

test('a token that is not valid yet is refused', async () => {
  const { token } = await service.devIssuer.issue({ email: 'ana@example.com' }, new Date(Date.now() + HOUR * 1000));
  expect((await call(`Bearer ${token}`)).status).toBe(401);
});

async function expectRefusedWith(settings: object): Promise<void> {
  const { devIssuer } = service;
  const strict = await createTestApp({
    database: service.services.database,
    services: () => ({ tokens: { ...devIssuer.tokens, ...settings } }),
  });
  const { token } = await devIssuer.issue({ email: 'ana@example.com' }, new Date());
  const response = await strict.app.inject({ url: '/v1/tenants', headers: { authorization: `Bearer ${token}` } });
  await strict.close();
  expect(response.statusCode).toBe(401);
  expect(response.json()).toMatchObject({ error: { code: 'UNAUTHENTICATED' } });
}

describe('rightly signed tokens for somebody else', () => {
  test('another issuer', async () => {
    await expectRefusedWith({ issuer: 'https://clerk.elsewhere.test' });
  });

  test('another authorized party', async () => {
    await expectRefusedWith({ authorizedParties: ['https://app.elsewhere.test'] });
  });
});

test('bearers that are no session tokens are refused without asking anybody', async () => {
  const fetched = vi.spyOn(globalThis, 'fetch');
  const claims = validClaims();
  const bearers = [
    'ak_live_0123456789',
    'mt_0123456789',
    'oat_0123456789',
    'not-a-token',
    'a.b.c',
    '....',
    forge({ ...claims, sub: 'mch_1' }),
    forge(claims, { alg: 'RS256', typ: 'at+jwt' }),
    forge(claims, { alg: 'RS256', typ: 'JWT', cat: 'cl_B7d4PD333AAA' }),
  ];
  for (const bearer of bearers) expect(await call(`Bearer ${bearer}`), bearer).toMatchObject(refused);
  expect(fetched).not.toHaveBeenCalled();
  fetched.mockRestore();
});

test('a session cookie is not a credential', async () => {
  const { token } = await service.signIn('ana@example.com');
  const response = await service.app.inject({
    url: '/v1/tenants',
    headers: { cookie: `__session=${token}; __client_uat=1`, accept: 'text/html', 'sec-fetch-dest': 'document' },
  });
  expect(response.statusCode).toBe(401);
});

test('answers say nothing about the verifier', async () => {
  const { response } = await call(`Bearer ${forge(validClaims())}`);
  expect(Object.keys(response.headers).filter((name) => name.startsWith('x-clerk'))).toEqual([]);
});

test('the same email is the same user, in any letter case', async () => {
  const one = await service.signIn('Ana@Example.com');
  const other = await service.signIn('ana@example.com');
  expect(other.userId).toBe(one.userId);
  expect(one.userId).toMatch(/^user_[A-Za-z0-9]{20,27}$/);
});

test('sign-in refuses what is no email address', async () => {
  for (const email of ['', 'ana', 'a b@example.com', 'a\\b@example.com']) {
    const response = await service.app.inject({ method: 'POST', url: '/dev/sign-in', body: { email } });
    expect(response.statusCode, email).toBe(400);
    expect(response.json()).toMatchObject({ error: { code: 'INVALID_REQUEST' } });
  }
});

test('the first call of a person creates the user, a later one follows a new name', async () => {
  const { userId } = await service.signIn('new@example.com', 'Before');
  for (const name of ['Before', 'After']) {
    const { token } = await service.signIn('new@example.com', name);
    await call(`Bearer ${token}`);
  }
  const rows = await readUser(userId);
  expect(rows).toEqual([{ email: 'new@example.com', name: 'After' }]);
});

async function readUser(userId: string) {
  const id = parseUserId(userId);
  if (!id) throw new Error('no user id');
  return withDirectory(service.services.database, { userId: id, verifiedEmail: null }, (tx) =>
    tx.db.selectFrom('users').select(['email', 'name']).where('user_id', '=', id).execute(),
  );
}
