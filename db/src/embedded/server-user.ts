import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The account that PostgreSQL's programs run under. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/** A program with its arguments, and the account for `spawn` to switch to. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly account: Partial<ServerUser>;
}

/**
 * PostgreSQL refuses to run as root, so root lends it another account: `postgres` where that exists, else `nobody`, so that
 * no account has to be made. `null`: not root, no switch.
 */
export async function findServerUser(): Promise<ServerUser | null> {
  if (process.getuid?.() !== 0) return null;
  for (const name of ['postgres', 'nobody']) {
    const user = await lookUp(name);
    if (user) return user;
  }
  throw new Error('PostgreSQL does not run as root, and there is neither a postgres nor a nobody account.');
}

/**
 * How to run a program as that account. A project under `/root` can't be entered by anyone else; there the program gets the
 * one capability that opens folders, through util-linux' `setpriv`. `paths` are what it must reach besides itself.
 */
export async function commandAs(
  user: ServerUser | null,
  { file, args, paths }: { readonly file: string; readonly args: readonly string[]; readonly paths: readonly string[] },
): Promise<Command> {
  if (user === null) return { file, args, account: {} };
  if (await canEnter(user, [file, ...paths])) return { file, args, account: user };
  const account = [
    `--reuid=${user.uid}`,
    `--regid=${user.gid}`,
    '--clear-groups',
    '--inh-caps=+dac_override',
    '--ambient-caps=+dac_override',
    // Without this bit access(2), by which PostgreSQL looks for its own programs, ignores the capability.
    '--securebits=+no_setuid_fixup',
  ];
  return { file: 'setpriv', args: [...account, file, ...args], account: {} };
}

async function lookUp(name: string): Promise<ServerUser | null> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch (error) {
    // `id` exits with 1 when there is no such account; a missing `id` is another matter.
    if (typeof (error as { code?: unknown }).code === 'number') return null;
    throw error;
  }
}

async function canEnter(user: ServerUser, paths: readonly string[]): Promise<boolean> {
  const script = 'for path in "$@"; do test -x "$path" || exit 1; done';
  try {
    await run('/bin/sh', ['-c', script, 'sh', ...paths], { ...user, cwd: '/' });
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === 1) return false;
    throw error;
  }
}
