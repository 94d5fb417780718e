import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { leftovers, MAIN, type SpawnedService, spawnService } from './testing/spawned-service.ts';

// Real processes with a database each, perhaps while the other suites keep every core busy.
vi.setConfig({ testTimeout: 90_000 });

let data: string;
const spawned: SpawnedService[] = [];

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'backhaul-main-'));
});
afterEach(async () => {
  for (const { pid, process } of spawned.splice(0)) {
    if (process.exitCode === null && process.signalCode === null) globalThis.process.kill(-pid, 'SIGKILL');
  }
  expect(await leftovers(data)).toEqual([]);
  await rm(data, { recursive: true, force: true });
});

function start(options: { env?: Record<string, string>; command?: [string, ...string[]]; cwd?: string } = {}) {
  const { env = {}, ...rest } = options;
  const service = spawnService({ env: { BACKHAUL_DATA: data, BACKHAUL_DEMO: 'false', PORT: '0', ...env }, ...rest });
  spawned.push(service);
  return service;
}

async function createTenant(address: string, name: string): Promise<void> {
  const call = (path: string, body: object, headers = {}) =>
    fetch(address + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const { token } = (await (await call('/dev/sign-in', { email: 'ana@example.com' })).json()) as { token: string };
  const response = await call('/v1/tenants', { name }, { authorization: `Bearer ${token}` });
  expect(response.status).toBe(201);
}

async function tenantNames(address: string): Promise<string[]> {
  const signIn = await fetch(`${address}/dev/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"email":"ana@example.com"}',
  });
  const { token } = (await signIn.json()) as { token: string };
  const response = await fetch(`${address}/v1/tenants`, { headers: { authorization: `Bearer ${token}` } });
  return ((await response.json()) as { tenants: { name: string }[] }).tenants.map(({ name }) => name);
}

test('on a fresh folder it starts, prints one line, serves, stops cleanly when asked, and starts again', async () => {
  const service = start();
  const address = await service.ready();
  expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect((await fetch(`${address}/ready`)).status).toBe(200);
  await createTenant(address, 'Kept');
  process.kill(service.pid, 'SIGTERM');
  expect(await service.exit()).toEqual({ code: 0, signal: null });
  expect(service.output()).toEqual({ stdout: `Backhaul ready at ${address}\n`, stderr: '' });
  expect((await stat(join(data, 'master.key'))).mode & 0o777).toBe(0o600);
  expect((await stat(join(data, 'dev-issuer.pem'))).mode & 0o777).toBe(0o600);

  const again = start({ env: { LOG_LEVEL: 'info' } });
  expect(await tenantNames(await again.ready())).toEqual(['Kept']);
  process.kill(again.pid, 'SIGINT');
  expect(await again.exit()).toEqual({ code: 0, signal: null });
  const lines = again.output().stdout.trim().split('\n');
  const logged = lines.filter((line) => !line.startsWith('Backhaul ready')).map((line) => JSON.parse(line) as object);
  expect(lines).toHaveLength(logged.length + 1);
  expect(logged).toContainEqual(expect.objectContaining({ route: '/v1/tenants', status: 200 }));
});

test('a request in flight is finished before it stops', async () => {
  const service = start();
  const address = await service.ready();
  const slow = new ReadableStream({
    async start(controller) {
      controller.enqueue(new TextEncoder().encode('{"email":'));
      await delay(500);
      process.kill(service.pid, 'SIGTERM');
      await delay(700);
      controller.enqueue(new TextEncoder().encode('"ana@example.com"}'));
      controller.close();
    },
  });
  const response = await fetch(`${address}/dev/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: slow,
    duplex: 'half',
  });
  expect(response.status).toBe(200);
  expect(await service.exit()).toEqual({ code: 0, signal: null });
});

const restart = async () => {
  const service = start();
  const names = await tenantNames(await service.ready());
  process.kill(service.pid, 'SIGTERM');
  await service.exit();
  return names;
};

describe('after any kind of kill nothing is left, and the next start recovers', () => {
  test('SIGKILL of the process', async () => {
    const service = start();
    await createTenant(await service.ready(), 'Committed');
    process.kill(service.pid, 'SIGKILL');
    expect(await leftovers(data)).toEqual([]);
    expect(await restart()).toEqual(['Committed']);
  });

  test('SIGKILL of its process group', async () => {
    const service = start();
    await service.ready();
    process.kill(-service.pid, 'SIGKILL');
    expect(await leftovers(data)).toEqual([]);
  });

  test('a second signal ends it at once', async () => {
    const service = start();
    const address = await service.ready();
    // Keeps the first stop waiting.
    const pending = fetch(`${address}/dev/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode('{')) }),
      duplex: 'half',
    }).catch((error: unknown) => error);
    await delay(300);
    process.kill(service.pid, 'SIGINT');
    await delay(500);
    process.kill(service.pid, 'SIGINT');
    expect(await service.exit()).toEqual({ code: 1, signal: null });
    expect(await pending).toBeInstanceOf(Error);
  });

  test('a signal during the start', async () => {
    const service = start();
    await expect
      .poll(
        () =>
          stat(join(data, 'postgres')).then(
            () => true,
            () => false,
          ),
        { timeout: 15_000 },
      )
      .toBe(true);
    process.kill(service.pid, 'SIGTERM');
    expect(await service.exit()).toEqual({ code: 0, signal: null });
    expect(service.output().stdout).not.toContain('ready');
  });
});

/** `pnpm start` by way of npx, as far as process trees go: node, a shell, node, a shell, the service. */
async function startThroughChain() {
  const manager = join(data, 'npm-cli.mjs');
  await writeFile(
    manager,
    `import { spawn } from 'node:child_process';
     const [script] = process.argv.slice(2);
     const child = spawn('sh', ['-c', script], { stdio: 'inherit' });
     process.stdout.write('pid ' + process.pid + '\\n');
     process.on('SIGTERM', () => {});
     child.on('exit', (code) => process.exit(code ?? 1));`,
  );
  const service = `"${process.execPath}" "${MAIN}"`;
  const inner = `true && "${process.execPath}" "${manager}" '${service}'`;
  const chain = start({ command: [process.execPath, manager, inner] });
  await chain.ready();
  const [outer, nested] = [...chain.output().stdout.matchAll(/^pid (\d+)$/gm)].map((match) => Number(match[1]));
  return { outer: outer as number, nested: nested as number };
}

describe('started through a package manager', () => {
  test('SIGKILL of the outer one ends the service', async () => {
    const { outer } = await startThroughChain();
    process.kill(outer, 'SIGKILL');
    expect(await leftovers(data)).toEqual([]);
  });

  test('SIGKILL of the inner one ends the service', async () => {
    const { nested } = await startThroughChain();
    process.kill(nested, 'SIGKILL');
    expect(await leftovers(data)).toEqual([]);
  });
});

test('started in the background of a shell that ends, it goes on', async () => {
  const done = join(data, 'done');
  const command = `nohup "${process.execPath}" "${MAIN}" & echo pid $!; while [ ! -e "${done}" ]; do sleep 0.1; done`;
  const shell = start({ command: ['bash', '-c', command] });
  const address = await shell.ready();
  const pid = Number(/^pid (\d+)$/m.exec(shell.output().stdout)?.[1]);
  await writeFile(done, '');
  await shell.exit();
  // Long enough for the watch to look several times.
  await delay(1200);
  expect((await fetch(`${address}/health`)).status).toBe(200);
  process.kill(pid, 'SIGTERM');
  expect(await leftovers(data)).toEqual([]);
});

test('a taken port is one clear line, and nothing is left', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const port = (other.address() as { port: number }).port;
  const service = start({ env: { PORT: String(port) } });
  expect(await service.exit()).toEqual({ code: 1, signal: null });
  expect(service.output()).toEqual({
    stdout: '',
    stderr: `Port ${port} is in use. Stop what listens there, or choose another with PORT=${port + 1}.\n`,
  });
  other.close();
});

test('two of them can not share a data folder', async () => {
  const first = start();
  await first.ready();
  const second = start();
  expect(await second.exit()).toEqual({ code: 1, signal: null });
  expect(second.output().stderr).toMatch(/already in use by another process/);
  process.kill(first.pid, 'SIGTERM');
  expect(await first.exit()).toEqual({ code: 0, signal: null });
});

test('a wrong environment is one list, and nothing is started', async () => {
  const service = start({ env: { NODE_ENV: 'production', PORT: 'web' } });
  expect(await service.exit()).toEqual({ code: 1, signal: null });
  expect(service.output()).toEqual({
    stdout: '',
    stderr: `The configuration has 6 problems:
  - PORT must be a port, 0 to 65535, not "web"
  - DATABASE_URL (or DATABASE_APP_URL) is required in production
  - BACKHAUL_MASTER_KEY is required in production
  - CLERK_PUBLISHABLE_KEY is required in production
  - CLERK_SECRET_KEY is required in production
  - CLERK_JWT_KEY is required in production
`,
  });
});

test('a database that does not answer is one clear error', async () => {
  const service = start({ env: { DATABASE_URL: 'postgres://nobody:pw@127.0.0.1:1/none' } });
  expect(await service.exit()).toEqual({ code: 1, signal: null });
  expect(service.output().stderr).toBe('The database at DATABASE_URL can not be reached (ECONNREFUSED).\n');
});
