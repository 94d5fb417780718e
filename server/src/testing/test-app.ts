import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, pendingMigrations } from '@backhaul/db';

import { type Domain, fieldService } from '@backhaul/shared';
import type { FastifyInstance } from 'fastify';
import { v7 } from 'uuid';
import { createApp } from '../app.ts';
import { type Config, loadConfig } from '../config/load-config.ts';
import { createTenantCrypto } from '../crypto/tenant-crypto.ts';
import { createDevIssuer, type DevIssuer, generateDevKey } from '../infra/dev-issuer.ts';
import { sendablesOf } from '../domains/sendables.ts';
import { mailboxSender } from '../infra/invitation-sender.ts';
import { createLinks } from '../infra/links.ts';
import { createMailbox } from '../infra/mailbox.ts';
import { createEmbeddedStore } from '../infra/objects/embedded-store.ts';
import { createMessengers } from '../infra/messengers/create-messengers.ts';
import { createClockSignal } from '../pokes/clock-signal.ts';
import type { PokeRoute } from '../pokes/start-pokes.ts';
import type { Services } from '../services.ts';
import { STREAM_SETTINGS, type StreamSettings } from '../streams/stream-settings.ts';

export interface TestAppOptions {
  /** Connected as the application role; a database of its own if left out. Closed by whoever made it. */
  readonly database?: Database;
  readonly domain?: Domain;
  readonly now?: () => Date;
  readonly newId?: () => string;
  readonly config?: Partial<Config>;
  readonly streams?: Partial<StreamSettings>;
  /** How pokes reach other instances on the same database; not at all if left out. */
  readonly pokeRoute?: PokeRoute;
  /** Replaces single services. */
  readonly services?: (services: Services) => Partial<Services>;
}

export interface SignedIn {
  readonly token: string;
  readonly userId: string;
}

/** The real service on a real database, without a socket: call `app.inject`, or `app.listen` for one. */
export interface TestApp {
  readonly app: FastifyInstance;
  readonly services: Services;
  readonly devIssuer: DevIssuer;
  /** Of the embedded store. */
  readonly objectsFolder: string;
  /** Through `POST /dev/sign-in`. */
  signIn(email: string, name?: string): Promise<SignedIn>;
  /** Through `POST /v1/tenants`: the caller is its manager. */
  createTenant(token: string, name: string): Promise<{ id: string; name: string; role: string }>;
  /** Invites through the API and takes the invite up: the signed-in new member. */
  addMember(
    manager: { token: string; tenantId: string },
    person: { email: string; name?: string; role: 'manager' | 'employee'; employeeId?: string },
  ): Promise<SignedIn>;
  close(): Promise<void>;
}

/** Headers of a call in a tenant, from a device. */
export function headersOf({ token, tenantId, deviceId }: { token: string; tenantId?: string; deviceId?: string }) {
  return {
    authorization: `Bearer ${token}`,
    ...(tenantId === undefined ? {} : { 'x-tenant-id': tenantId }),
    ...(deviceId === undefined ? {} : { 'x-device-id': deviceId }),
  };
}

export async function createTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const { database, pending, jobs, drop } = await databaseOf(options);
  const devIssuer = await testIssuer();
  const now = options.now ?? (() => new Date());
  const newId = options.newId ?? (() => v7());
  const mailbox = createMailbox({ now, newId });
  const config: Config = {
    ...loadConfig({ NODE_ENV: 'test', BACKHAUL_WEB: 'no-web-app' }, import.meta.dirname),
    ...options.config,
  };
  const folder = await mkdtemp(join(tmpdir(), 'backhaul-objects-'));
  const objects = await createEmbeddedStore({ folder, masterKey: Buffer.alloc(32, 7), now });
  const clocks = createClockSignal();
  const domain = options.domain ?? fieldService;
  const links = createLinks(config.publicUrl, 'http://127.0.0.1:3000');
  const services: Services = {
    config,
    database: { ...database, onClockMoved: clocks.moved },
    clocks,
    pokeRoute: options.pokeRoute ?? { kind: 'none' },
    streams: { ...STREAM_SETTINGS, ...options.streams },
    pendingMigrations: pending,
    jobs,
    domain,
    crypto: createTenantCrypto(Buffer.alloc(32, 7)),
    tokens: devIssuer.tokens,
    devIssuer,
    invitations: mailboxSender(mailbox),
    mailbox,
    objects: objects === null ? null : { store: objects, routes: objects },
    messengers: createMessengers(config, { mailbox, links }),
    sendables: sendablesOf(domain),
    links,
    log: { kind: 'json', level: 'silent', write: () => {} },
    now,
    random: Math.random,
    newId,
  };
  const adjusted = { ...services, ...options.services?.(services) };
  const app = await createApp(adjusted);
  await app.ready();
  return {
    app,
    services: adjusted,
    devIssuer,
    objectsFolder: folder,
    ...actions(app),
    close: () =>
      app
        .close()
        .then(drop)
        .then(() => rm(folder, { recursive: true, force: true })),
  };
}

function actions(app: FastifyInstance): Pick<TestApp, 'signIn' | 'createTenant' | 'addMember'> {
  const post = async (url: string, token: string | null, body: object): Promise<unknown> => {
    const headers = token === null ? {} : headersOf({ token });
    const response = await app.inject({ method: 'POST', url, headers, body });
    if (response.statusCode >= 300) throw new Error(`${url}: ${response.statusCode} ${response.body}`);
    return response.json();
  };
  const signIn = async (email: string, name?: string): Promise<SignedIn> => {
    const body = name === undefined ? { email } : { email, name };
    const { token, user } = (await post('/dev/sign-in', null, body)) as { token: string; user: { id: string } };
    return { token, userId: user.id };
  };
  return {
    signIn,
    createTenant: async (token, name) =>
      (await post('/v1/tenants', token, { name })) as { id: string; name: string; role: string },
    async addMember({ token, tenantId }, { email, name, role, employeeId }) {
      await post(`/v1/tenants/${tenantId}/invite`, token, employeeId ? { email, role, employeeId } : { email, role });
      const member = await signIn(email, name);
      await app.inject({ url: '/v1/tenants', headers: headersOf({ token: member.token }) });
      return member;
    },
  };
}

async function databaseOf({ database }: TestAppOptions) {
  if (database) return { database, pending: null, jobs: null, drop: () => Promise.resolve() };
  const { createTestDatabase } = await import('@backhaul/db/testing');
  const own = await createTestDatabase();
  return {
    database: own.app,
    pending: () => pendingMigrations(own.owner),
    jobs: { owner: own.owner, connectionString: own.ownerUrl },
    drop: () => own.drop(),
  };
}

let issuer: Promise<DevIssuer> | null = null;

/** One key for all suites of a process: making one takes a tenth of a second and more. */
function testIssuer(): Promise<DevIssuer> {
  issuer ??= generateDevKey().then(createDevIssuer);
  return issuer;
}
