import { type Language, parseTenantId, parseUserId, type TenantId, type UserId } from '@backhaul/shared';
import type { SendBytes } from './attachments/send-bytes.ts';
import { BackhaulError } from './errors.ts';
import { newUuid } from './new-id.ts';
import { type ConnectionSignals, platformSignals } from './sync/connection-signals.ts';

export interface BackhaulOptions {
  /** Of the service, without `/v1`. */
  readonly url: string;
  readonly tenantId: string;
  /** The token's `sub`. The local database belongs to this user alone, and must open without a network. */
  readonly userId: string;
  /** A bearer token; `refresh` asks for a new one because the last was refused. May reject while offline. */
  readonly getToken: (request: { readonly refresh: boolean }) => Promise<string>;
  /** Local database name; the domain's by default. */
  readonly name?: string;
  /** `false`: nothing is sent or fetched but by `db.sync.now()`. Default `true`. */
  readonly autoSync?: boolean;
  /** `false`: no live stream, only polling. Default `true`; where a stream can not be had, it polls anyway. */
  readonly stream?: boolean;
  /**
   * Milliseconds between looks at the server soon after something has happened, without a stream: up to 12 times as long
   * while nothing does, 60 times beside a stream, 180 times while the app is hidden. Default 5,000.
   */
  readonly pollInterval?: number;
  /** Milliseconds until a request is given up. Default 30,000. */
  readonly requestTimeout?: number;
  /** Records per pull page, 1 to 5,000. Default 500. */
  readonly pullLimit?: number;
  /** Reported to the tenant's managers. */
  readonly appVersion?: string;
  readonly platform?: string;
  /** Of the sentences about conflicts. Default: what the platform asks for by itself, in a browser the user's language. */
  readonly language?: Language;

  /** `false`: files wait while the platform says that the network is paid for by its use. Default `true`. */
  readonly uploadOnMetered?: boolean;

  readonly fetch?: typeof fetch;
  /** Sends a file's bytes. Default: XMLHttpRequest, which tells progress, or `fetch` where that is given or there is no other. */
  readonly sendBytes?: SendBytes;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** From 0 to below 1; spreads retries. */
  readonly random?: () => number;
  /** UUIDs for records and changes; version 7 by default. */
  readonly newId?: () => string;
  readonly timers?: Timers;
  readonly indexedDB?: IDBFactory;
  readonly IDBKeyRange?: typeof IDBKeyRange;
  /** Keeps tabs from syncing at once. `null`: this is the only one. By default the platform's, unless `indexedDB` is given. */
  readonly locks?: LockManager | null;
  /** How the tabs tell each other where the sync stands. `null`: not at all. By default the platform's, unless `indexedDB` is given. */
  readonly openChannel?: ((name: string) => BroadcastChannel) | null;
  readonly signals?: ConnectionSignals;
  /** Bytes used and granted. Default `navigator.storage.estimate`. */
  readonly estimateStorage?: () => Promise<StorageEstimate>;
  /**
   * Asks the browser, at every opening, not to delete the database when space runs out, and answers whether it will not. `null`:
   * not asked. By default `navigator.storage.persist`, unless `indexedDB` is given.
   */
  readonly persistStorage?: (() => Promise<boolean>) | null;
}

export interface Timers {
  /** Answers a function that cancels the call. */
  after(milliseconds: number, call: () => void): () => void;
}

export interface ResolvedOptions {
  readonly url: string;
  readonly tenantId: TenantId;
  readonly userId: UserId;
  readonly getToken: BackhaulOptions['getToken'];
  readonly databaseName: string;
  /** Beside the local databases of all tenants and users of the app. */
  readonly vaultName: string;
  readonly autoSync: boolean;
  readonly stream: boolean;
  readonly pollInterval: number;
  readonly requestTimeout: number;
  readonly pullLimit: number;
  readonly appVersion?: string;
  readonly platform?: string;
  readonly language?: Language;
  readonly uploadOnMetered: boolean;
  readonly fetch: typeof fetch;
  /** Left out: the platform's. */
  readonly sendBytes?: SendBytes;
  readonly hasOwnFetch: boolean;
  readonly now: () => number;
  readonly random: () => number;
  readonly newId: () => string;
  readonly timers: Timers;
  readonly indexedDB: IDBFactory;
  readonly IDBKeyRange: typeof IDBKeyRange;
  readonly locks: LockManager | null;
  readonly openChannel: ((name: string) => BroadcastChannel) | null;
  readonly signals: ConnectionSignals;
  readonly estimateStorage: () => Promise<StorageEstimate>;
  readonly persistStorage: (() => Promise<boolean>) | null;
}

/** Fills in the platform's defaults. Throws `INVALID_OPTIONS` for what could never work. */
export function resolveOptions(domainName: string, options: BackhaulOptions): ResolvedOptions {
  const tenantId = parseTenantId(options.tenantId);
  const userId = parseUserId(options.userId);
  const indexedDB = options.indexedDB ?? platformIndexedDB();
  const keyRange = options.IDBKeyRange ?? globalThis.IDBKeyRange;
  if (tenantId === null) throw new BackhaulError('INVALID_OPTIONS', 'tenantId must be a UUID');
  if (userId === null) throw new BackhaulError('INVALID_OPTIONS', "userId must be the token's subject");
  if (!URL.canParse(options.url)) throw new BackhaulError('INVALID_OPTIONS', 'url must be absolute');
  if (!indexedDB || !keyRange) {
    throw new BackhaulError('STORAGE_UNAVAILABLE', 'There is no IndexedDB');
  }
  const name = options.name ?? domainName;
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return {
    ...DEFAULTS,
    ...(options.indexedDB ? ALONE : amongTabs()),
    ...(Object.fromEntries(given) as unknown as BackhaulOptions),
    url: options.url.replace(/\/+$/, ''),
    tenantId,
    userId,
    databaseName: `backhaul:${name}:${tenantId}:${userId}`,
    vaultName: `backhaul:${name}:set-aside`,
    hasOwnFetch: options.fetch !== undefined,
    indexedDB,
    IDBKeyRange: keyRange,
  };
}

const platformTimers: Timers = {
  after(milliseconds, call) {
    const timer = setTimeout(call, milliseconds);
    return () => clearTimeout(timer);
  },
};

/** Some browsers throw at the sight of it where cookies are blocked. */
function platformIndexedDB(): IDBFactory | undefined {
  try {
    return globalThis.indexedDB;
  } catch {
    return undefined;
  }
}

const DEFAULTS = {
  autoSync: true,
  stream: true,
  pollInterval: 5_000,
  requestTimeout: 30_000,
  pullLimit: 500,
  uploadOnMetered: true,
  // Called as a plain function: browsers refuse a fetch whose `this` is not the window.
  fetch: (...call: Parameters<typeof fetch>): Promise<Response> => globalThis.fetch(...call),
  now: () => Date.now(),
  random: () => Math.random(),
  newId: newUuid,
  timers: platformTimers,
  signals: platformSignals,
  estimateStorage: async (): Promise<StorageEstimate> => (await globalThis.navigator?.storage?.estimate()) ?? {},
} as const;

type AmongTabs = Pick<ResolvedOptions, 'locks' | 'openChannel' | 'persistStorage'>;

/** A database of one's own is shared with no other tab, and the names of locks and channels are shared with all of them. */
const ALONE: AmongTabs = { locks: null, openChannel: null, persistStorage: null };

function amongTabs(): AmongTabs {
  return {
    locks: globalThis.navigator?.locks ?? null,
    openChannel: 'BroadcastChannel' in globalThis ? (name) => new BroadcastChannel(name) : null,
    async persistStorage() {
      const storage = globalThis.navigator?.storage;
      // Who asks again may be asked again: some browsers show the user a question.
      return (await storage?.persisted?.()) || ((await storage?.persist?.()) ?? false);
    },
  };
}
