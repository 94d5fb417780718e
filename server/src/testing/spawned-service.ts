import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** The service as people start it: a process of its own. */
export interface SpawnedService {
  readonly process: ChildProcess;
  readonly pid: number;
  /** What it has printed so far. */
  output(): { stdout: string; stderr: string };
  /** Waits for the ready line; throws with the output when the process ends without one. */
  ready(): Promise<string>;
  exit(): Promise<{ code: number | null; signal: string | null }>;
}

export interface SpawnOptions {
  readonly env: { readonly [name: string]: string };
  /** Instead of `node main.ts`. */
  readonly command?: readonly [string, ...string[]];
  readonly cwd?: string;
}

export const MAIN = join(import.meta.dirname, '../main.ts');

/** In a process group of its own, so that signals sent to the group reach it and nothing else. */
export function spawnService({ env, command = [process.execPath, MAIN], cwd }: SpawnOptions): SpawnedService {
  const [file, ...args] = command;
  const child = spawn(file, args, {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    ...(cwd === undefined ? {} : { cwd }),
  });
  const printed = { stdout: '', stderr: '' };
  child.stdout.on('data', (data) => {
    printed.stdout += String(data);
  });
  child.stderr.on('data', (data) => {
    printed.stderr += String(data);
  });
  const ended = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
  return {
    process: child,
    pid: child.pid as number,
    output: () => ({ ...printed }),
    async ready() {
      for (;;) {
        const address = /^Backhaul ready at (\S+)$/m.exec(printed.stdout)?.[1];
        if (address) return address;
        if (child.exitCode !== null || child.signalCode !== null) {
          throw new Error(`The service ended: ${printed.stdout}${printed.stderr}`);
        }
        await delay(20);
      }
    },
    exit: () => ended,
  };
}

/** Processes whose command line or working folder names the folder: a service, its PostgreSQL and their helpers. */
export async function processesUsing(folder: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const using = await Promise.all(pids.map(async (pid) => ((await mentions(pid, folder)) ? [pid] : [])));
  return using.flat().filter((pid) => pid !== process.pid);
}

/** Waits until nothing uses the folder any more; answers what still does after `patience` milliseconds. */
export async function leftovers(folder: string, patience = 10_000): Promise<number[]> {
  const deadline = Date.now() + patience;
  for (;;) {
    const pids = await processesUsing(folder);
    if (pids.length === 0 || Date.now() > deadline) return pids;
    await delay(100);
  }
}

async function mentions(pid: number, folder: string): Promise<boolean> {
  for (const file of ['cmdline', 'environ']) {
    try {
      if ((await readFile(`/proc/${pid}/${file}`, 'utf8')).includes(folder)) return true;
    } catch (error) {
      // The process has ended in the meantime, or belongs to somebody else.
      if (!['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
  return false;
}
