import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { postgresBinaries } from './binaries.ts';
import { type Cluster, serverEnvironment } from './cluster.ts';
import { commandAs } from './server-user.ts';

/** A running PostgreSQL that ends with this process, however this process ends. */
export interface SupervisedServer {
  readonly hasExited: () => boolean;
  /** Fast shutdown: open transactions are rolled back. Settles when the server is gone; may be called again. */
  readonly stop: () => Promise<void>;
}

export interface ServerOptions {
  readonly cluster: Cluster;
  readonly port: number;
  /** PostgreSQL configuration: name to value. */
  readonly settings: { readonly [name: string]: string };
}

/**
 * A SIGKILL of Node orphans its children. This shell stands between: when its stdin closes, because Node stopped the server
 * or is gone, it ends the server. Reading with a builtin leaves no process of its own behind.
 */
const SUPERVISOR = `
exec 3<&0
"$@" </dev/null 3<&- & server=$!
( while read -r _; do :; done; kill -INT "$server" ) <&3 2>/dev/null & watch=$!
exec 3<&- </dev/null
trap 'kill -INT "$server"' INT TERM HUP
while kill -0 "$server" 2>/dev/null; do wait "$server"; done
kill "$watch" 2>/dev/null
`;

/** Starts the server and answers at once; whether it came up shows when one can log in, or when it exits. */
export async function superviseServer({ cluster, port, settings }: ServerOptions): Promise<SupervisedServer> {
  const { postgres } = postgresBinaries();
  const fixed = {
    listen_addresses: '127.0.0.1',
    // Loopback is enough, and a socket file that another account left behind would stop the start.
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
  };
  const flags = Object.entries({ ...fixed, ...settings }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const command = await commandAs(cluster.serverUser, {
    file: '/bin/sh',
    args: ['-c', SUPERVISOR, 'sh', postgres, '-D', cluster.data, '-p', String(port), ...flags],
    paths: [postgres, cluster.data],
  });
  // A file and not a pipe: a server whose reader is gone must still be able to write its last lines.
  const log = await open(cluster.logFile, 'a', 0o600);
  const child = spawn(command.file, [...command.args], {
    ...command.account,
    cwd: '/',
    env: serverEnvironment(),
    stdio: ['pipe', log.fd, log.fd],
    // A session of its own: Ctrl-C in a terminal reaches Node, and Node stops the server in order.
    detached: true,
  });
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  try {
    await once(child, 'spawn');
  } finally {
    // The child has its own copy.
    await log.close();
  }
  child.unref();
  (child.stdin as unknown as { unref(): void }).unref();
  return {
    hasExited: () => child.exitCode !== null || child.signalCode !== null,
    stop: async () => {
      child.ref();
      child.stdin?.end();
      await exited;
    },
  };
}
