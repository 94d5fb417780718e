import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { type Cluster, OWNER } from './cluster.ts';

/**
 * What `postmaster.pid` says about the data directory.
 * - `free`: no lock file, or its process is gone; PostgreSQL clears that away by itself;
 * - `serving`: a server answers there;
 * - `busy`: it is starting up or shutting down;
 * - `silent`: a process of that number exists and no server listens: either a moment's transition, or the number went to
 *   another process after a crash.
 */
export interface DirectoryState {
  readonly kind: 'free' | 'serving' | 'busy' | 'silent';
  readonly pid: number;
}

export async function directoryState(cluster: Cluster): Promise<DirectoryState> {
  const lock = await readLockFile(cluster);
  if (lock === null || !isAlive(lock.pid)) return { kind: 'free', pid: lock?.pid ?? 0 };
  return { kind: await probe(connectionString(cluster, lock.port)), pid: lock.pid };
}

export async function removeLockFile(cluster: Cluster): Promise<void> {
  await rm(lockFile(cluster), { force: true });
}

export function connectionString(cluster: Cluster, port: number): string {
  return `postgres://${OWNER}:${cluster.ownerPassword}@127.0.0.1:${port}/postgres`;
}

/** SQLSTATE 57P03: "the database system is starting up", "is shutting down". */
const CANNOT_CONNECT_NOW = '57P03';
const NOBODY_LISTENS = new Set(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT']);

/** Tries to log in. Throws when a server refuses for another reason than being about to start or stop. */
export async function probe(url: string): Promise<'serving' | 'busy' | 'silent'> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  try {
    await client.connect();
    return 'serving';
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === CANNOT_CONNECT_NOW) return 'busy';
    if (code === undefined || NOBODY_LISTENS.has(code)) return 'silent';
    throw error;
  } finally {
    await client.end();
  }
}

const lockFile = (cluster: Cluster) => join(cluster.data, 'postmaster.pid');

/** Line 1 is the process, line 4 the port, see `storage/lmgr` "postmaster.pid" in PostgreSQL's documentation. */
async function readLockFile(cluster: Cluster): Promise<{ pid: number; port: number } | null> {
  try {
    const lines = (await readFile(lockFile(cluster), 'utf8')).split('\n');
    return { pid: Number(lines[0]), port: Number(lines[3] ?? 0) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
