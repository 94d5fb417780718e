import { join } from 'node:path';
import {
  createDatabase,
  type Database,
  ensureAppRole,
  migrate,
  pendingMigrations,
  startEmbeddedPostgres,
} from '@backhaul/db';
import { type Domain, domains, unreachable } from '@backhaul/shared';
import type { FastifyInstance } from 'fastify';
import { v7 } from 'uuid';
import { createApp } from './app.ts';
import type { Config } from './config/load-config.ts';
import { appRolePassword, loadMasterKey } from './config/master-key.ts';
import { createTenantCrypto } from './crypto/tenant-crypto.ts';
import { isUnavailable } from './infra/database-errors.ts';
import { seedDemo } from './demo/seed-demo.ts';
import { sendablesOf } from './domains/sendables.ts';
import { createDevIssuer, loadDevKey } from './infra/dev-issuer.ts';
import { clerkSender, mailboxSender } from './infra/invitation-sender.ts';
import { createLinks, type ListeningLinks } from './infra/links.ts';
import type { LogSettings } from './infra/log-settings.ts';
import { createMailbox } from './infra/mailbox.ts';
import { createEmbeddedStore } from './infra/objects/embedded-store.ts';
import { createR2Store } from './infra/objects/r2-store.ts';
import { createMessengers } from './infra/messengers/create-messengers.ts';
import { startWorker } from './jobs/start-worker.ts';
import { TASKS } from './jobs/tasks.ts';
import { portProblem } from './infra/port-problem.ts';
import { createClockSignal } from './pokes/clock-signal.ts';
import type { Objects, Services } from './services.ts';
import { STREAM_SETTINGS } from './streams/stream-settings.ts';

export interface RunningService {
  /** `http://127.0.0.1:3000` */
  readonly address: string;
  /** Stops accepting, finishes what is in flight, closes the database. */
  stop(): Promise<void>;
}

/** Something foreseen that keeps the service from starting, in a sentence that needs no stack. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** Starts everything in order; when a step fails, what was started is stopped again before the error is thrown. */
export async function startService(config: Config, log: LogSettings): Promise<RunningService> {
  const stack = new AsyncDisposableStack();
  try {
    // Before the database starts: a second start in the same folder should hear of the port, not of a lock file.
    await refuseTakenPort(config);
    const services = await startServices(config, log, stack);
    const { links } = services;
    const app = await createApp(services);
    stack.defer(() => app.close());
    await listen(() => app.listen({ host: config.host, port: config.port }), config);
    const bound = app.server.address();
    const port = typeof bound === 'object' && bound !== null ? bound.port : config.port;
    const address = shownAddress(config.host, port);
    links.listensAt(address);
    if (services.jobs) {
      const worker = await startWorker({ services, jobs: services.jobs, tasks: TASKS, log: app.log });
      stack.defer(() => worker.stop());
    }
    // Through the public API, like anybody's data, so that the demo proves the service at every first start.
    if (config.demo && services.devIssuer) await seedDemo({ url: address });
    return { address, stop: () => stack.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

export interface CreatedService {
  readonly app: FastifyInstance;
  stop(): Promise<void>;
}

/** Everything but a socket, for platforms that bring their own. */
export async function createService(config: Config, log: LogSettings): Promise<CreatedService> {
  const stack = new AsyncDisposableStack();
  try {
    const app = await createApp(await startServices(config, log, stack));
    stack.defer(() => app.close());
    await app.ready();
    return { app, stop: () => stack.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

async function startServices(
  config: Config,
  log: LogSettings,
  stack: AsyncDisposableStack,
): Promise<Services & { readonly links: ListeningLinks }> {
  const masterKey = await loadMasterKey(config);
  const { database, pendingMigrations, pokeRoute, jobs } = await openDatabases(config, masterKey, stack);
  const clocks = createClockSignal();
  const devIssuer = config.clerk ? null : await createDevIssuer(await loadDevKey(config.dataDir));
  const tokens = config.clerk ?? devIssuer?.tokens;
  if (!tokens) throw new Error('Nobody can sign in');
  const mailbox = config.clerk ? null : createMailbox({ now, newId });
  const links = createLinks(config.publicUrl, shownAddress(config.host, config.port));
  const domain = domains[config.domain] as Domain;
  return {
    config,
    database: { ...database, onClockMoved: clocks.moved },
    clocks,
    // Who serves no streams has nothing to listen for.
    pokeRoute: config.maxStreams === 0 ? { kind: 'pool' } : pokeRoute,
    streams: { ...STREAM_SETTINGS, max: config.maxStreams, maxRows: config.streamRows },
    pendingMigrations,
    jobs,
    domain,
    crypto: createTenantCrypto(masterKey),
    tokens,
    devIssuer,
    invitations: mailbox ? mailboxSender(mailbox) : clerkSender(tokens),
    mailbox,
    objects: await openObjects(config, masterKey),
    messengers: createMessengers(config, { mailbox, links }),
    sendables: sendablesOf(domain),
    links,
    log,
    now,
    random: Math.random,
    newId,
  };
}

async function openObjects({ objects }: Config, masterKey: Buffer): Promise<Objects | null> {
  switch (objects.kind) {
    case 'r2':
      return { store: await createR2Store(objects), routes: null };
    case 'embedded': {
      const store = await createEmbeddedStore({ folder: objects.folder, masterKey, now });
      return { store, routes: store };
    }
    case 'none':
      return null;
    default:
      return unreachable(objects);
  }
}

const now = () => new Date();
const newId = () => v7();

/** Migrates as the owner, and answers the connection of the application role. */
async function openDatabases(
  config: Config,
  masterKey: Buffer,
  stack: AsyncDisposableStack,
): Promise<Pick<Services, 'database' | 'pendingMigrations' | 'pokeRoute' | 'jobs'>> {
  const ownerUrl = config.databaseUrl ?? (config.databaseAppUrl === null ? await startPostgres(config, stack) : null);
  if (ownerUrl === null) {
    // Someone else migrates, with credentials that this process does not have.
    const database = open(config.databaseAppUrl as string, stack);
    return { database, pendingMigrations: null, pokeRoute: { kind: 'pool' }, jobs: null };
  }
  const owner = open(ownerUrl, stack, OWNER_CONNECTIONS);
  const appUrl = await reachable(async () => {
    await migrate(owner);
    return config.databaseAppUrl ?? ensureAppRole(ownerUrl, appRolePassword(masterKey));
  });
  return {
    database: open(appUrl, stack),
    pendingMigrations: () => pendingMigrations(owner),
    pokeRoute: { kind: 'direct', connectionString: ownerUrl },
    jobs: { owner, connectionString: ownerUrl },
  };
}

/** For readiness and jobs; the worker has some of its own. */
const OWNER_CONNECTIONS = 3;

async function reachable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    for (let cause = error; cause instanceof Error; cause = cause.cause) {
      if (!isUnavailable(cause)) continue;
      const { code = cause.message } = cause as NodeJS.ErrnoException;
      throw new StartError(`The database at DATABASE_URL can not be reached (${code}).`, { cause: error });
    }
    throw error;
  }
}

async function startPostgres({ dataDir }: Config, stack: AsyncDisposableStack): Promise<string> {
  const postgres = await startEmbeddedPostgres({ dataDir: join(dataDir, 'postgres') });
  stack.defer(() => postgres.stop());
  return postgres.connectionString;
}

function open(connectionString: string, stack: AsyncDisposableStack, max = 20): Database {
  const database = createDatabase({ connectionString, max });
  stack.defer(() => database.close());
  return database;
}

async function refuseTakenPort({ host, port }: Config): Promise<void> {
  const problem = await portProblem(host, port);
  if (problem) throw new StartError(describePortProblem(problem, { host, port }));
}

async function listen(start: () => Promise<unknown>, { host, port }: Config): Promise<void> {
  try {
    await start();
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!/^E[A-Z]+$/.test(code)) throw error;
    throw new StartError(describePortProblem(code, { host, port }), { cause: error });
  }
}

function describePortProblem(code: string, { host, port }: { host: string; port: number }): string {
  return code === 'EADDRINUSE'
    ? `Port ${port} is in use. Stop what listens there, or choose another with PORT=${port + 1}.`
    : `Can not listen on ${host}, port ${port} (${code}). Choose others with HOST and PORT.`;
}

function shownAddress(host: string, port: number): string {
  const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `http://${shown}:${port}`;
}
