import { readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

/** A process as the kernel knows it; the start time tells it from a later one with the same number. */
export interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly started: string;
  readonly zombie: boolean;
  /** Name of the executable file; `null` when it is somebody else's. */
  readonly executable: string | null;
  readonly args: readonly string[];
}

const INTERVAL_MS = 300;

/**
 * `npx pnpm start` is a chain of processes of which this is the last, and package managers do not pass every signal on:
 * killing one of them must not leave the service behind. Calls `onGone` once, when one of those ancestors has ended.
 *
 * Only those count. A service that was sent to the background, detached or started by a supervisor has none of them above
 * it: its parent is a shell that no package manager runs, or in another process group.
 */
export function watchParents(onGone: () => void): { readonly watched: readonly number[]; stop(): void } {
  const ancestors = process.platform === 'linux' ? launchers(process.pid, readProcess) : [];
  const parent = process.ppid;
  const isGone =
    process.platform === 'linux'
      ? () => ancestors.some((ancestor) => !isAlive(ancestor))
      : // Elsewhere only the parent is known, and only a package manager's is worth following.
        () => process.env.npm_lifecycle_event !== undefined && process.ppid !== parent;
  const timer = setInterval(() => {
    if (!isGone()) return;
    clearInterval(timer);
    onGone();
  }, INTERVAL_MS);
  timer.unref();
  return { watched: ancestors.map(({ pid }) => pid), stop: () => clearInterval(timer) };
}

/**
 * Ancestors that wait for us, nearest first: package managers, the shells they run scripts in (pnpm gives those a process
 * group of their own), and other node processes as long as they share the group of what they started.
 */
export function launchers(pid: number, read: (pid: number) => ProcessFacts | null): ProcessFacts[] {
  const found: ProcessFacts[] = [];
  let child = read(pid);
  while (child) {
    const parent = read(child.parent);
    if (!parent || !waitsFor(parent, child, read(parent.parent))) break;
    found.push(parent);
    child = parent;
  }
  return found;
}

function waitsFor(parent: ProcessFacts, child: ProcessFacts, grandparent: ProcessFacts | null): boolean {
  if (isPackageManager(parent)) return true;
  if (parent.group !== child.group) return false;
  return parent.executable === 'node' || (isShell(parent) && grandparent !== null && isPackageManager(grandparent));
}

const SHELLS: ReadonlySet<string> = new Set(['sh', 'dash', 'bash', 'ash', 'zsh', 'busybox']);
const PACKAGE_MANAGER = /^(?:npm|npx|pnpm|pnpx|yarn|corepack)\b/;

function isShell({ executable }: ProcessFacts): boolean {
  return executable !== null && SHELLS.has(executable);
}

/**
 * pnpm is an executable of its own; the others are scripts of node, and npm puts a title (`npm exec ...`) in place of its
 * arguments. Only the script's own name counts: every tool that pnpm installed has `.pnpm` in its path.
 */
function isPackageManager({ executable, args }: ProcessFacts): boolean {
  if (executable === 'pnpm') return true;
  const [title = '', script = ''] = args;
  return executable === 'node' && (PACKAGE_MANAGER.test(title) || PACKAGE_MANAGER.test(basename(script)));
}

function isAlive({ pid, started }: ProcessFacts): boolean {
  const now = readProcess(pid);
  return now !== null && !now.zombie && now.started === started;
}

/** From /proc; `null` when there is no such process (any more). */
function readProcess(pid: number): ProcessFacts | null {
  if (pid <= 0) return null;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is the name in parentheses and may hold anything, so fields are counted from its end.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state = '', parent = '0', group = '0'] = fields;
    return {
      pid,
      parent: Number(parent),
      group: Number(group),
      started: fields[19] ?? '',
      zombie: state === 'Z' || state === 'X',
      executable: readExecutable(pid),
      args: readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0'),
    };
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}

function readExecutable(pid: number): string | null {
  try {
    return basename(readlinkSync(`/proc/${pid}/exe`));
  } catch {
    // Another user's process, a zombie or a kernel thread.
    return null;
  }
}
