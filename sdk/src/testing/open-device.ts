import { fieldService } from '@backhaul/shared';
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { onTestFinished } from 'vitest';
import type { BackhaulDatabase } from '../database-types.ts';
import { openBackhaul } from '../open-backhaul.ts';
import type { BackhaulOptions } from '../options.ts';
import type { OutboxChange } from '../store/rows.ts';
import { json, pullAnswer, ScriptedServer, version } from './scripted-server.ts';

export const TENANT = '018f0000-0000-7000-8000-000000000001';

export interface TestDevice {
  readonly db: BackhaulDatabase<typeof fieldService>;
  readonly server: ScriptedServer;
  readonly indexedDB: IDBFactory;
  /** Closes the database and opens it again on the same storage, as a restart of the app does. */
  reopen(): Promise<TestDevice>;
}

type Given = Partial<BackhaulOptions> & { readonly server?: ScriptedServer };

/** A device on an empty storage of its own that syncs only when told to. Closed when the test ends. */
export async function openDevice({ server = new ScriptedServer(), ...given }: Given = {}): Promise<TestDevice> {
  const indexedDB = given.indexedDB ?? new IDBFactory();
  const db = await openBackhaul(fieldService, {
    url: 'http://server.test',
    tenantId: TENANT,
    userId: 'user_ana',
    getToken: async () => 'token',
    autoSync: false,
    stream: false,
    fetch: server.fetch,
    random: () => 0,
    estimateStorage: async () => ({}),
    ...given,
    indexedDB,
    IDBKeyRange,
  });
  onTestFinished(() => db.sync.close());
  return {
    db,
    server,
    indexedDB,
    async reopen() {
      await db.sync.close();
      return openDevice({ ...given, server, indexedDB });
    },
  };
}

/** A device that has pulled the first task, in version 10. */
export async function deviceWithTask(fields: object = {}): Promise<TestDevice> {
  const device = await openDevice();
  device.server.onPull(() => json(pullAnswer([pulledTask(1, version(10), fields)])));
  await device.db.sync.now();
  return device;
}

export const outboxOf = ({ db }: TestDevice): Promise<OutboxChange[]> => db.table('_outbox').orderBy('seq').toArray();
export const copiesOf = ({ db }: TestDevice): Promise<number> => db.table('_copies').count();

export const recordId = (n: number): string => `018f0000-0000-7000-8000-${String(n).padStart(12, '0')}`;

/** A task that the server accepts. */
export const aTask = { title: 'Windows', date: '2026-02-01', status: 'scheduled' } as const;

/** A task as the server tells it. */
export function pulledTask(n: number, updatedAt: string, fields: object = {}) {
  const payload = { id: recordId(n), createdAt: updatedAt, updatedAt, deletedAt: null, ...aTask, ...fields };
  return { op: 'upsert', entity: 'task', entityId: recordId(n), updatedAt, payload };
}

export function pulledDelete(n: number, updatedAt: string, reason?: 'scope') {
  return {
    op: 'delete',
    entity: 'task',
    entityId: recordId(n),
    updatedAt,
    payload: null,
    ...(reason ? { reason } : {}),
  };
}
