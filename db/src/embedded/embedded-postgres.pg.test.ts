import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TemporaryFolder, temporaryFolder } from '../testing/temporary-folder.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';

const CHILD = fileURLToPath(new URL('../testing/embedded-child.ts', import.meta.url));

let folder: TemporaryFolder;
let dataDir: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  dataDir = join(folder.path, 'postgres');
});
afterAll(() => folder.remove());

async function query(connectionString: string, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

interface Child {
  readonly process: ChildProcess;
  readonly connectionString: string;
  readonly error: string;
}

/** Another Node process that runs the same data directory. */
async function startChild(): Promise<Child> {
  const child = spawn(process.execPath, [CHILD, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { connectionString: '', error: '', ...(JSON.parse(line) as object), process: child };
}

/** Running processes, zombies aside, whose command line names the data directory: servers and their supervisors. */
async function serverProcesses(): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ps', ['-axo', 'stat=,pid=,args=']);
  return stdout.split('\n').filter((line) => !line.startsWith('Z') && line.includes(` -D ${dataDir}`));
}

async function waitForNoServer(): Promise<void> {
  const deadline = Date.now() + 10_000;
  while ((await serverProcesses()).length > 0) {
    if (Date.now() > deadline) throw new Error(`Still running: ${(await serverProcesses()).join('; ')}`);
    await delay(20);
  }
}

const postmasterPid = async () =>
  Number((await readFile(join(dataDir, 'cluster/data/postmaster.pid'), 'utf8')).split('\n')[0]);

async function killHard(child: Child): Promise<void> {
  const exited = once(child.process, 'exit');
  child.process.kill('SIGKILL');
  await exited;
}

/** Starts, runs one query, stops. */
async function readOnce(text: string): Promise<unknown[]> {
  const server = await startEmbeddedPostgres({ dataDir });
  try {
    return await query(server.connectionString, text);
  } finally {
    await server.stop();
  }
}

// In order: each test starts on the data directory that the one before has left.
describe('embedded PostgreSQL', () => {
  it('makes a cluster at the first start, and finds it again at the second', async () => {
    const first = await startEmbeddedPostgres({ dataDir });
    await query(first.connectionString, 'create table kept (n int); insert into kept values (1)');
    expect(await query(first.connectionString, 'show server_encoding')).toEqual([{ server_encoding: 'UTF8' }]);
    expect(await query(first.connectionString, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    await first.stop();
    await first.stop();
    expect(await serverProcesses()).toEqual([]);
    expect(await readOnce('select n from kept')).toEqual([{ n: 1 }]);
  });

  it('lets nobody in without the password', async () => {
    const server = await startEmbeddedPostgres({ dataDir });
    const open = new URL(server.connectionString);
    open.password = 'postgres';
    await expect(query(open.href, 'select 1')).rejects.toThrow('password authentication failed');
    await server.stop();
  });

  it('I12: leaves no process behind when Node is killed, and keeps what was committed', async () => {
    const child = await startChild();
    await query(child.connectionString, 'insert into kept values (2)');
    const open = new Client({ connectionString: child.connectionString });
    open.on('error', () => undefined);
    await open.connect();
    await open.query('begin');
    await open.query('insert into kept values (-1)');
    await killHard(child);
    // The next start does not wait for the old server to be gone: it does so itself.
    expect(await readOnce('select n from kept order by n')).toEqual([{ n: 1 }, { n: 2 }]);
    await waitForNoServer();
  });

  it('I12: recovers after PostgreSQL and Node were killed together, with the lock file still there', async () => {
    const child = await startChild();
    await query(child.connectionString, 'insert into kept values (3)');
    process.kill(await postmasterPid(), 'SIGKILL');
    await killHard(child);
    expect(await postmasterPid()).toBeGreaterThan(0);
    expect(await readOnce('select n from kept order by n')).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    await waitForNoServer();
  });

  it('recovers when the number in the lock file has gone to another process', async () => {
    const lock = [process.pid, join(dataDir, 'cluster/data'), 0, 1, '', '127.0.0.1', '0 0', 'ready', ''].join('\n');
    await writeFile(join(dataDir, 'cluster/data/postmaster.pid'), lock, { mode: 0o600 });
    expect(await readOnce('select count(*)::int as n from kept')).toEqual([{ n: 3 }]);
  });

  it('stops in order on Ctrl-C', async () => {
    const child = await startChild();
    const exited = once(child.process, 'exit');
    child.process.kill('SIGINT');
    expect(await exited).toEqual([0, null]);
    expect(await serverProcesses()).toEqual([]);
    expect(await readdir(join(dataDir, 'cluster/data'))).not.toContain('postmaster.pid');
  });

  it('tells a second process in one sentence that the directory is in use, and disturbs nothing', async () => {
    const child = await startChild();
    const pid = await postmasterPid();
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(
      `The database in ${dataDir} is already in use by another process (PostgreSQL runs as process ${pid}).`,
    );
    expect(await query(child.connectionString, 'select count(*)::int as n from kept')).toEqual([{ n: 3 }]);
    await killHard(child);
    await waitForNoServer();
  });

  it('names the port when it is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    await expect(startEmbeddedPostgres({ dataDir, port })).rejects.toThrow(`port ${port} is in use`);
    taken.close();
    expect(await serverProcesses()).toEqual([]);
  });

  it('shows the end of the log when the server does not come up', async () => {
    await expect(startEmbeddedPostgres({ dataDir, settings: { shared_buffers: 'plenty' } })).rejects.toThrow(
      /can not start in .*invalid value for parameter "shared_buffers"/s,
    );
    expect(await serverProcesses()).toEqual([]);
  });

  it('removes what a start that was killed while making a cluster has left', async () => {
    await mkdir(join(dataDir, 'unfinished-x1/data'), { recursive: true });
    await readOnce('select 1');
    expect((await readdir(dataDir)).sort()).toEqual(['cluster', 'postgres.log']);
  });

  it('works in a folder that only we may enter', async () => {
    await chmod(folder.path, 0o700);
    expect(await readOnce('select count(*)::int as n from kept')).toEqual([{ n: 3 }]);
    const inside = join(folder.path, 'another');
    const server = await startEmbeddedPostgres({ dataDir: inside });
    expect(await query(server.connectionString, 'select 1 as n')).toEqual([{ n: 1 }]);
    await server.stop();
  });
});

describe('two first starts at once', () => {
  it('make one cluster, and one of them runs it', async () => {
    const shared = join(folder.path, 'raced');
    const starts = await Promise.allSettled([
      startEmbeddedPostgres({ dataDir: shared }),
      startEmbeddedPostgres({ dataDir: shared }),
    ]);
    const running = starts.filter((start) => start.status === 'fulfilled');
    const refused = starts.filter((start) => start.status === 'rejected');
    expect([running.length, refused.length]).toEqual([1, 1]);
    expect(String(refused[0]?.reason)).toContain('already in use');
    await running[0]?.value.stop();
  });
});
