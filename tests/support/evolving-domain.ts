import { createTestDatabase, type TestDatabase } from '@backhaul/db/testing';
import { type BackhaulOptions, openBackhaul, type RejectedChanges, type SyncControl } from '@backhaul/sdk';
import { createTestApp, type SignedIn, type TestApp } from '@backhaul/server/testing';
import { type Domain, defineDomain, defineEntity, type EntityAccess, field } from '@backhaul/shared';
import type { Table } from 'dexie';
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { sql } from 'kysely';

export type Version = 1 | 2 | 3;

const everything = [{ rows: 'all', fields: 'all' }] as const;
const full: EntityAccess = { read: everything, create: everything, update: everything, delete: everything };
const none: EntityAccess = { read: [], create: [], update: [], delete: [] };

const reader = defineEntity({ table: 'readers', fields: { userId: field.text({ uniqueLive: true }) } });
const first = {
  title: field.text({ required: true, maxLength: 100 }),
  status: field.oneOf(['open', 'done'], { required: true }),
  note: field.text(),
  secret: field.text({ sensitive: true }),
};
const second = {
  ...first,
  status: field.oneOf(['open', 'done', 'paused'], { required: true }),
  color: field.text(),
  code: field.text({ sensitive: true }),
  level: field.integer({ required: true, default: 1 }),
};
const third = {
  ...second,
  status: field.oneOf(['open', 'done', 'paused', 'lost'], { required: true }),
  shape: field.text(),
};
const tag = defineEntity({
  table: 'tags',
  fields: { name: field.text({ required: true }), itemId: field.reference('item') },
});
const box = defineEntity({ table: 'boxes', fields: { name: field.text({ required: true }) } });

/** One domain in three versions, each of which an app was released with. */
export const VERSIONS: { readonly [version in Version]: Domain } = {
  1: version(1, { reader, item: defineEntity({ table: 'items', fields: first }) }),
  2: version(2, { reader, item: defineEntity({ table: 'items', fields: second }), tag }),
  3: version(3, { reader, item: defineEntity({ table: 'items', fields: third }), tag, box }),
};

function version(schemaVersion: Version, entities: Domain['entities']): Domain {
  const all = (access: EntityAccess) => Object.fromEntries(Object.keys(entities).map((name) => [name, access]));
  return defineDomain({
    name: 'depot',
    schemaVersion,
    entities,
    memberScope: { entity: 'reader', userField: 'userId', keys: { reader: 'id' } },
    roles: { manager: all(full), employee: all(none) },
  });
}

/** A service that is updated while its clients go on: the same address and database, another version of the domain. */
export interface EvolvingService {
  readonly url: string;
  readonly tenantId: string;
  readonly manager: SignedIn;
  /** The instance that answers now. */
  readonly server: TestApp;
  /** Migrates the database and starts the next version. Whoever asks in between gets no connection. */
  updateTo(version: 2, meanwhile?: () => Promise<void>): Promise<void>;
  /** Another instance of some version on the same database, as while an update is rolled out. */
  startBeside(version: Version): Promise<{ readonly url: string; close(): Promise<void> }>;
  close(): Promise<void>;
}

export async function startEvolvingService(version: 1 | 2): Promise<EvolvingService> {
  const database = await createTestDatabase();
  await createTables(database);
  if (version === 2) await migrateTo2(database);
  const start = (domain: Version): Promise<TestApp> =>
    createTestApp({ database: database.app, domain: VERSIONS[domain] });
  let server = await start(version);
  const url = await server.app.listen({ host: '127.0.0.1', port: 0 });
  const manager = await server.signIn('marta@example.com', 'Marta');
  const { id: tenantId } = await server.createTenant(manager.token, 'Depot');
  return {
    url,
    tenantId,
    manager,
    get server() {
      return server;
    },
    async updateTo(next, meanwhile) {
      await server.close();
      await migrateTo2(database);
      await meanwhile?.();
      server = await start(next);
      await server.app.listen({ host: '127.0.0.1', port: Number(new URL(url).port) });
    },
    async startBeside(other) {
      const beside = await start(other);
      return { url: await beside.app.listen({ host: '127.0.0.1', port: 0 }), close: () => beside.close() };
    },
    async close() {
      await server.close();
      await database.drop();
    },
  };
}

export type Row = Readonly<Record<string, unknown>> & { readonly id: string };

/** The real SDK with one version of the app; its tables are as wide as the versions of the test need. */
export interface SkewedDatabase {
  readonly items: SkewedTable;
  readonly tags: SkewedTable;
  readonly boxes: SkewedTable;
  readonly sync: SyncControl;
  readonly rejected: RejectedChanges;
  readonly device: { readonly id: string };
  table(name: string): Table;
}

type SkewedTable = Table<Row, string, Omit<Row, 'id'> & { readonly id?: string }>;

export async function openApp(
  { url, tenantId, manager }: Pick<EvolvingService, 'url' | 'tenantId' | 'manager'>,
  app: Version,
  options: Partial<BackhaulOptions> = {},
): Promise<SkewedDatabase> {
  const db = await openBackhaul(VERSIONS[app], {
    url,
    tenantId,
    userId: manager.userId,
    getToken: async () => manager.token,
    autoSync: false,
    indexedDB: new IDBFactory(),
    IDBKeyRange,
    ...options,
  });
  return db as unknown as SkewedDatabase;
}

async function createTables(database: TestDatabase): Promise<void> {
  await createTable(database, 'readers', 'user_id text');
  await createTable(database, 'items', 'title text not null, status text not null, note text');
}

/** What a migration of a released domain looks like: old instances can go on beside it. */
async function migrateTo2(database: TestDatabase): Promise<void> {
  await sql
    .raw('alter table items add column color text, add column level integer not null default 1')
    .execute(database.owner.kysely);
  await createTable(database, 'tags', 'name text not null, item_id uuid');
}

async function createTable({ owner }: TestDatabase, table: string, columns: string): Promise<void> {
  await sql
    .raw(`
      create table ${table} (
        tenant_id uuid not null references tenants, id uuid not null, ${columns}, sealed bytea,
        created_at timestamptz not null, updated_at timestamptz not null, deleted_at timestamptz,
        field_versions jsonb not null, primary key (tenant_id, id));
      create unique index on ${table} (tenant_id, updated_at);
      alter table ${table} enable row level security;
      alter table ${table} force row level security;
      create policy tenant_isolation on ${table}
        using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
      grant select, insert, update on ${table} to backhaul_app`)
    .execute(owner.kysely);
}
