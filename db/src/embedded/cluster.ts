import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, chmod, chown, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { postgresBinaries } from './binaries.ts';
import { commandAs, findServerUser, type ServerUser } from './server-user.ts';

/** An initialised PostgreSQL data directory and what is needed to run and enter it. */
export interface Cluster {
  /** PostgreSQL's own directory. */
  readonly data: string;
  readonly logFile: string;
  readonly ownerPassword: string;
  readonly serverUser: ServerUser | null;
}

export const OWNER = 'postgres';

/**
 * Opens the cluster in `dataDir`, making it first if there is none. It is made beside its place and moved there when
 * complete, so that a process killed in between leaves nothing half-made in use.
 */
export async function openCluster(dataDir: string): Promise<Cluster> {
  const serverUser = await findServerUser();
  await mkdir(dataDir, { recursive: true });
  // Others may pass through, not look: what is inside has permissions of its own.
  if (serverUser !== null) await chmod(dataDir, 0o711);
  const home = join(dataDir, 'cluster');
  if (!(await exists(home))) await createCluster(dataDir, home, serverUser);
  return {
    data: join(home, 'data'),
    logFile: join(dataDir, 'postgres.log'),
    ownerPassword: await readFile(join(home, 'owner-password'), 'utf8'),
    serverUser,
  };
}

/** Removes what processes killed in the middle of making a cluster have left. Only for who runs the cluster. */
export async function removeLeftovers(dataDir: string): Promise<void> {
  const names = (await readdir(dataDir)).filter((name) => name.startsWith(UNFINISHED));
  await Promise.all(names.map((name) => rm(join(dataDir, name), { recursive: true, force: true })));
}

const UNFINISHED = 'unfinished-';

async function createCluster(dataDir: string, home: string, serverUser: ServerUser | null): Promise<void> {
  const unfinished = await mkdtemp(join(dataDir, UNFINISHED));
  try {
    const passwordFile = join(unfinished, 'owner-password');
    await writeFile(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 });
    if (serverUser !== null) {
      for (const path of [unfinished, passwordFile]) await chown(path, serverUser.uid, serverUser.gid);
    }
    await initdb(join(unfinished, 'data'), passwordFile, serverUser);
    await rename(unfinished, home);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // Another process was faster: its cluster is the one.
    if (!(await exists(home))) throw error;
  }
}

async function initdb(data: string, passwordFile: string, serverUser: ServerUser | null): Promise<void> {
  const args = [
    `--pgdata=${data}`,
    `--username=${OWNER}`,
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
    '--encoding=UTF8',
    '--locale=C',
    // The same order and letter case on every machine, whatever locales it has installed.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
  ];
  const command = await commandAs(serverUser, { file: postgresBinaries().initdb, args, paths: [join(data, '..')] });
  try {
    await promisify(execFile)(command.file, [...command.args], {
      ...command.account,
      cwd: '/',
      env: serverEnvironment(),
    });
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    throw new Error(`PostgreSQL's data directory could not be made in ${data}: ${stderr?.trim() || message}`, {
      cause: error,
    });
  }
}

/** PostgreSQL's programs see no secret of ours, and no locale or `PG*` setting of the machine changes what they do. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], LC_ALL: 'C' };
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
