import { generateKeyPairSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { envExample } from './env-example.ts';
import { ConfigError, loadConfig } from './load-config.ts';
import { OPTIONS } from './options.ts';

const jwtKey = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .publicKey.export({ type: 'spki', format: 'pem' })
  .toString();
const clerk = {
  CLERK_PUBLISHABLE_KEY: `pk_live_${btoa('clerk.example.com$')}`,
  CLERK_SECRET_KEY: 'sk_live_abc',
  CLERK_JWT_KEY: jwtKey,
};
const production = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://owner:pw@db/backhaul',
  BACKHAUL_MASTER_KEY: Buffer.alloc(32, 1).toString('base64'),
  ...clerk,
};

function problemsOf(environ: Record<string, string>): readonly string[] {
  try {
    loadConfig(environ, '/srv');
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

test('without any variable it runs in development, on this machine alone', () => {
  expect(loadConfig({}, '/srv')).toMatchObject({
    environment: 'development',
    host: '127.0.0.1',
    port: 3000,
    databaseUrl: null,
    dataDir: '/srv/.backhaul',
    masterKey: null,
    clerk: null,
    logLevel: null,
    domain: 'field-service',
    demo: true,
    trustProxy: false,
  });
});

test('an empty variable counts as left out', () => {
  expect(loadConfig({ PORT: '', DATABASE_URL: ' ' }, '/srv')).toMatchObject({ port: 3000, databaseUrl: null });
});

test('everything that is wrong is reported at once', () => {
  const problems = problemsOf({
    NODE_ENV: 'prod',
    PORT: '70000',
    DATABASE_URL: 'mysql://x',
    BACKHAUL_MASTER_KEY: 'short',
    LOG_LEVEL: 'loud',
    BACKHAUL_DEMO: 'maybe',
    BACKHAUL_DOMAIN: 'toString',
    CLERK_ISSUER: 'nowhere',
  });
  expect(problems).toEqual([
    'NODE_ENV must be one of development, test, production, not "prod"',
    'PORT must be a port, 0 to 65535, not "70000"',
    'DATABASE_URL must be a postgres:// URL',
    'BACKHAUL_MASTER_KEY must be 32 bytes in base64 (openssl rand -base64 32)',
    'CLERK_ISSUER must be an http(s) URL, not "nowhere"',
    'LOG_LEVEL must be one of trace, debug, info, warn, error, silent, not "loud"',
    'BACKHAUL_DEMO must be true or false, not "maybe"',
    'BACKHAUL_DOMAIN must be one of field-service',
  ]);
});

test('a secret is never quoted', () => {
  const secret = 'hunter2-hunter2';
  const environ = Object.fromEntries(
    Object.entries(OPTIONS)
      .filter(([, option]) => option.secret)
      .map(([name]) => [name, secret]),
  );
  const problems = problemsOf(environ);
  expect(problems.length).toBeGreaterThanOrEqual(4);
  expect(problems.join('\n')).not.toContain(secret);
});

test('production names everything that it lacks', () => {
  expect(problemsOf({ NODE_ENV: 'production' })).toEqual([
    'DATABASE_URL (or DATABASE_APP_URL) is required in production',
    'BACKHAUL_MASTER_KEY is required in production',
    'CLERK_PUBLISHABLE_KEY is required in production',
    'CLERK_SECRET_KEY is required in production',
    'CLERK_JWT_KEY is required in production',
  ]);
});

test('a malformed setting in production is reported once, as malformed', () => {
  expect(problemsOf({ ...production, CLERK_SECRET_KEY: 'nope' })).toEqual([
    'CLERK_SECRET_KEY must start with sk_test_ or sk_live_',
  ]);
});

test('production with all of it starts, without a demo and with logs', () => {
  const config = loadConfig(production, '/srv');
  expect(config).toMatchObject({ environment: 'production', demo: false, logLevel: 'info' });
  expect(config.masterKey).toHaveLength(32);
  expect(config.clerk).toMatchObject({ issuer: 'https://clerk.example.com', authorizedParties: [] });
});

test('the application connection alone is enough of a database', () => {
  const { DATABASE_URL, ...rest } = production;
  expect(problemsOf({ ...rest, DATABASE_APP_URL: DATABASE_URL })).toEqual([]);
});

test('half of the Clerk settings is a mistake, not a local issuer', () => {
  expect(problemsOf({ CLERK_SECRET_KEY: 'sk_test_x' })).toEqual([
    'CLERK_PUBLISHABLE_KEY is required once CLERK_SECRET_KEY is set',
    'CLERK_JWT_KEY is required once CLERK_SECRET_KEY is set',
  ]);
});

test('the issuer can be named, and parties are a list', () => {
  const environ = {
    ...clerk,
    CLERK_ISSUER: 'https://id.example.com/',
    CLERK_AUTHORIZED_PARTIES: 'https://a.com, https://b.com,',
  };
  expect(loadConfig(environ, '/srv').clerk).toMatchObject({
    issuer: 'https://id.example.com',
    authorizedParties: ['https://a.com', 'https://b.com'],
  });
});

test('a publishable key that names nobody needs an issuer', () => {
  expect(problemsOf({ ...clerk, CLERK_PUBLISHABLE_KEY: 'pk_test_zzz' })).toEqual([
    'CLERK_PUBLISHABLE_KEY names no Frontend API; correct it or set CLERK_ISSUER',
  ]);
});

test('a PEM may come on one line, and only RSA keys of 2048 bits are taken', () => {
  expect(loadConfig({ ...clerk, CLERK_JWT_KEY: jwtKey.replaceAll('\n', '\\n') }, '/srv').clerk?.jwtKey).toBe(
    jwtKey.trim(),
  );
  const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'pem' });
  expect(problemsOf({ ...clerk, CLERK_JWT_KEY: elliptic.toString() })[0]).toContain('2048-bit RSA');
});

test('.env.example is what the option table says', async () => {
  const file = new URL('../../../.env.example', import.meta.url);
  expect(await readFile(file, 'utf8'), 'run: node server/src/config/write-env-example.ts').toBe(envExample());
});
