import type { SignedIn } from '@backhaul/server/testing';
import { type BackhaulDatabase, type BackhaulOptions, openBackhaul } from '@backhaul/sdk';
import { fieldService } from '@backhaul/shared';
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import type { World } from './sync-client.ts';

export type Database = BackhaulDatabase<typeof fieldService>;

/** What goes wrong on the way; set by a test while it runs. */
export interface Line {
  /** Nothing gets through. */
  isOffline: boolean;
  /** The server takes pushes, and the device never hears of it. */
  losesPushAnswers: boolean;
  /** The server takes requests to send to customers, and the device never hears of it. */
  losesSendAnswers: boolean;
  /** Hand-overs do not get through, or they do and the device never hears of it. */
  losesEscrowRequests: boolean;
  losesEscrowAnswers: boolean;
  /** Runs when a push has been answered and before the device sees it. */
  afterPush: (() => Promise<void>) | null;
  /** Runs before a pull is sent. */
  beforePull: (() => Promise<void>) | null;
}

export interface SdkDevice {
  readonly db: Database;
  readonly line: Line;
  /** A whole cycle that must succeed. */
  sync(): Promise<void>;
  /** A whole cycle that may fail. */
  trySync(): Promise<void>;
}

/** The address that the world's service listens on, from the first call on. */
export async function addressOf({ server: { app } }: World): Promise<string> {
  const listening = app.server.address();
  if (typeof listening === 'object' && listening !== null) return `http://127.0.0.1:${listening.port}`;
  return app.listen({ host: '127.0.0.1', port: 0 });
}

/** The real SDK on an IndexedDB of its own, over real HTTP. Syncs only when told to. */
export async function openDevice(
  world: World,
  member: SignedIn = world.manager,
  options: Partial<BackhaulOptions> = {},
): Promise<SdkDevice> {
  const line: Line = {
    isOffline: false,
    losesPushAnswers: false,
    losesSendAnswers: false,
    losesEscrowRequests: false,
    losesEscrowAnswers: false,
    afterPush: null,
    beforePull: null,
  };
  const db = await openBackhaul(fieldService, {
    url: await addressOf(world),
    tenantId: world.tenantId,
    userId: member.userId,
    getToken: async () => member.token,
    autoSync: false,
    indexedDB: new IDBFactory(),
    IDBKeyRange,
    fetch: faultyFetch(line),
    ...options,
  });
  return {
    db,
    line,
    async sync() {
      const { error } = await db.sync.now();
      if (error) throw new Error(`${error.code}: ${error.message}`);
    },
    async trySync() {
      await db.sync.now();
    },
  };
}

function faultyFetch(line: Line): typeof fetch {
  return async (input, init) => {
    const url = input instanceof Request ? input.url : input.toString();
    if (line.isOffline) throw new TypeError('fetch failed: offline');
    if (url.includes('/escrow') && line.losesEscrowRequests) throw new TypeError('fetch failed: the request was lost');
    if (url.includes('/sync/pull')) await line.beforePull?.();
    const response = await fetch(input, init);
    if (url.endsWith('/send') && line.losesSendAnswers) {
      await response.arrayBuffer();
      throw new TypeError('fetch failed: the answer was lost');
    }
    if (url.includes('/escrow') && line.losesEscrowAnswers) {
      await response.arrayBuffer();
      throw new TypeError('fetch failed: the answer was lost');
    }
    if (url.includes('/sync/push')) {
      await line.afterPush?.();
      if (line.losesPushAnswers) {
        await response.arrayBuffer();
        throw new TypeError('fetch failed: the answer was lost');
      }
    }
    return response;
  };
}

/** All records of all entities on a device, by `entity/id`. */
export async function recordsOn(db: Database): Promise<Map<string, unknown>> {
  const records = new Map<string, unknown>();
  for (const [name, entity] of Object.entries(fieldService.entities)) {
    for (const record of await db.table(entity.collection).toArray()) {
      records.set(`${name}/${record.id}`, withoutNulls(record));
    }
  }
  return records;
}

/** All live records that the server shows a caller, by `entity/id`. */
export async function recordsOnServer(client: {
  pullAll(): Promise<{ changes: readonly { op: string; entity: string; entityId: string; payload: unknown }[] }>;
}): Promise<Map<string, unknown>> {
  const { changes } = await client.pullAll();
  return new Map(
    changes
      .filter(({ op }) => op === 'upsert')
      .map(({ entity, entityId, payload }) => [`${entity}/${entityId}`, withoutNulls(payload as object)]),
  );
}

/** An absent field and a null one mean the same. */
function withoutNulls(record: object): object {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null && value !== undefined));
}
