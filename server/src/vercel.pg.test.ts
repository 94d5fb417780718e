import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '@backhaul/db/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createHandler } from './vercel.ts';

let folder: string;
let database: TestDatabase;
let server: Server;
let address: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backhaul-vercel-'));
  database = await createTestDatabase();
  const environ = { NODE_ENV: 'test', DATABASE_APP_URL: database.appUrl, BACKHAUL_DATA: folder };
  const handler = createHandler(environ, () => {});
  server = createServer((request, response) => void handler(request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  await new Promise((resolve) => {
    server.close(resolve);
  });
  // The function keeps its pool for as long as its instance lives; dropping the database ends the connections.
  await database.drop();
  await rm(folder, { recursive: true });
});

it('serves the API as one function', async () => {
  expect(await (await fetch(`${address}/ready`)).json()).toMatchObject({ status: 'ok' });
  const refused = await fetch(`${address}/v1/tenants`);
  expect([refused.status, await refused.json()]).toMatchObject([401, { error: { code: 'UNAUTHENTICATED' } }]);
});
