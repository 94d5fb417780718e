import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@backhaul/db';

export interface Server {
  /** Of the superuser. */
  readonly url: string;
  stop(): Promise<void>;
}

/** For scenarios that leave it alone: nothing on it outlives the run, so it need not write to the disk. */
export async function startServer(): Promise<Server> {
  const dataDir = await mkdtemp(PREFIX);
  const settings = { max_connections: '100', fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' };
  const server = await startEmbeddedPostgres({ dataDir, settings });
  return { url: server.connectionString, stop: () => remove(server, dataDir) };
}

export interface DurableServer extends Server {
  crash(): Promise<void>;
  ready(): Promise<void>;
}

/** One that is killed with SIGKILL and has to keep every commit; always on the same port. */
export async function startDurableServer(): Promise<DurableServer> {
  const dataDir = await mkdtemp(PREFIX);
  let server = await startEmbeddedPostgres({ dataDir, settings: DURABLE });
  const { connectionString: url, port } = server;
  let starting: Promise<void> = Promise.resolve();
  const restart = async (): Promise<void> => {
    for (let attempt = 0; ; attempt += 1) {
      try {
        server = await startEmbeddedPostgres({ dataDir, port, settings: DURABLE });
        return;
      } catch (error) {
        // The backends of the killed one end a moment later than it does, and hold its memory until then.
        if (attempt === ATTEMPTS) throw error;
        await delay(100);
      }
    }
  };
  return {
    url,
    async crash() {
      await starting;
      const lockFile = await readFile(join(dataDir, 'cluster/data/postmaster.pid'), 'utf8');
      process.kill(Number(lockFile.split('\n')[0]), 'SIGKILL');
      starting = restart();
    },
    ready: () => starting,
    async stop() {
      await starting;
      await remove(server, dataDir);
    },
  };
}

const PREFIX = join(tmpdir(), 'backhaul-sim-');
const DURABLE = { max_connections: '100', fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' } as const;
const ATTEMPTS = 100;

async function remove(server: EmbeddedPostgres, dataDir: string): Promise<void> {
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
}
