import { createServer } from 'node:net';
import { createDatabase } from '@backhaul/db';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { isUnavailable } from './database-errors.ts';

const withCode = (code: string) => Object.assign(new Error('text'), { code });

test('connection trouble, shutdown, timeouts and deadlocks pass', () => {
  for (const code of [
    '08006',
    '57P01',
    '57P03',
    '53300',
    '25P03',
    '40001',
    '40P01',
    '55P03',
    '57014',
    'ECONNREFUSED',
  ]) {
    expect(isUnavailable(withCode(code)), code).toBe(true);
  }
});

test('bugs and broken data do not', () => {
  for (const code of ['23505', '42P01', '22P02', '42501', 'ENOENT', 'FST_ERR_VALIDATION']) {
    expect(isUnavailable(withCode(code)), code).toBe(false);
  }
  expect(isUnavailable(new TypeError('x is undefined'))).toBe(false);
  expect(isUnavailable('ECONNREFUSED')).toBe(false);
});

test("what the driver raises without a code is known by the driver's own words", async () => {
  // Hangs up on everybody, as a proxy does whose database is gone.
  const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  const database = createDatabase({ connectionString: `postgres://a:b@127.0.0.1:${port}/c` });
  const hungUp: unknown = await sql`select 1`.execute(database.kysely).catch((error: unknown) => error);
  await database.close();
  const closed: unknown = await database.pool.query('select 1').catch((error: unknown) => error);
  server.close();
  expect([hungUp, closed].map((error) => (error as { code?: string }).code)).toEqual([undefined, undefined]);
  expect([hungUp, closed].map(isUnavailable)).toEqual([true, true]);
});
