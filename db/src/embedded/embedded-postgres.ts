import { open } from 'node:fs/promises';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Cluster, openCluster, removeLeftovers } from './cluster.ts';
import { connectionString, directoryState, probe, removeLockFile } from './postmaster.ts';
import { type SupervisedServer, superviseServer } from './supervised-server.ts';

export interface EmbeddedPostgresOptions {
  /** Made when missing. Holds the cluster, its owner's password and PostgreSQL's log. */
  readonly dataDir: string;
  /** A free one is chosen if left out. */
  readonly port?: number;
  /** PostgreSQL configuration beyond the defaults: name to value. */
  readonly settings?: { readonly [name: string]: string };
}

export interface EmbeddedPostgres {
  /** Of the owner, a superuser, in the database `postgres`. */
  readonly connectionString: string;
  readonly port: number;
  /** Settles when the server is gone. A process that ends without calling it takes the server with it all the same. */
  stop(): Promise<void>;
}

/**
 * Runs PostgreSQL on this machine for this process, on 127.0.0.1. After a crash of either, the next start recovers what was
 * committed. Throws one clear error when another process uses the directory, when the port is taken, or with the end of the
 * server's log when it does not come up.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  if (process.platform === 'win32') {
    throw new Error('Embedded PostgreSQL runs on Linux and macOS. Set DATABASE_URL to a PostgreSQL server.');
  }
  const dataDir = resolve(options.dataDir);
  const cluster = await openCluster(dataDir);
  for (let attempt = 1; ; attempt += 1) {
    await waitUntilFree(cluster, dataDir);
    if (options.port !== undefined && !(await isFree(options.port))) {
      throw new Error(`PostgreSQL can not start in ${dataDir}: port ${options.port} is in use.`);
    }
    const port = options.port ?? (await freePort());
    const server = await launch(cluster, port, options.settings ?? {});
    if (server) {
      await removeLeftovers(dataDir);
      return { connectionString: connectionString(cluster, port), port, stop: server.stop };
    }
    // Somebody else may have taken the directory or the port between our look and the start: look again.
    if (attempt === ATTEMPTS) {
      const lastWords = await endOfLog(cluster.logFile);
      throw new Error(`PostgreSQL can not start in ${dataDir}. The end of ${cluster.logFile}:\n${lastWords}`);
    }
  }
}

const ATTEMPTS = 3;
const POLL_MS = 20;
/** Crash recovery of a large database, or the shutdown of a busy one. */
const STARTUP_MS = 120_000;
/** A server whose Node was killed is told to stop within milliseconds; one that still answers after this belongs to somebody. */
const SERVING_MS = 2_000;
/** PostgreSQL listens almost at once after it writes its lock file, and a dead one's number is reaped within two seconds. */
const SILENT_MS = 5_000;

async function waitUntilFree(cluster: Cluster, dataDir: string): Promise<void> {
  let kind: string | null = null;
  for (let since = Date.now(); ; await delay(POLL_MS * 5)) {
    const state = await directoryState(cluster);
    if (state.kind !== kind) since = Date.now();
    kind = state.kind;
    const waited = Date.now() - since;
    if (kind === 'free') return;
    if ((kind === 'serving' && waited > SERVING_MS) || waited > STARTUP_MS) {
      throw new Error(
        `The database in ${dataDir} is already in use by another process (PostgreSQL runs as process ${state.pid}). ` +
          'Stop that one first, or choose another data directory with BACKHAUL_DATA.',
      );
    }
    if (kind === 'silent' && waited > SILENT_MS) return removeLockFile(cluster);
  }
}

/** `null` when the server exits instead of coming up. */
async function launch(
  cluster: Cluster,
  port: number,
  settings: { readonly [name: string]: string },
): Promise<SupervisedServer | null> {
  const server = await superviseServer({ cluster, port, settings });
  const deadline = Date.now() + STARTUP_MS;
  try {
    while (!server.hasExited()) {
      if ((await probe(connectionString(cluster, port))) === 'serving') return server;
      if (Date.now() > deadline) throw new Error(`PostgreSQL did not come up in ${STARTUP_MS / 1000} s`);
      await delay(POLL_MS);
    }
  } catch (error) {
    await server.stop();
    throw error;
  }
  return null;
}

async function endOfLog(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read({ position: Math.max(0, size - 2000), length: 2000 });
    return buffer.toString('utf8', 0, bytesRead).trimEnd();
  } finally {
    await file.close();
  }
}

const freePort = async () => (await tryListen(0)) as number;
const isFree = async (port: number) => (await tryListen(port)) !== null;

/** Listens for a moment; `null` when the port is taken. */
function tryListen(port: number): Promise<number | null> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? done(null) : fail(error)));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address !== null ? address.port : null));
    });
  });
}
