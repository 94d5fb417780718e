import { type BackhaulDatabase, openBackhaul } from '@backhaul/sdk';
import type { Domain } from '@backhaul/shared';
import { type IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import type { DeviceFault } from '../faults/fault.ts';
import { faultyIndexedDB, StorageFaults } from '../faults/faulty-indexed-db.ts';
import { Line } from '../faults/line.ts';
import { LINE_HEADER, REQUEST_HEADER } from '../faults/proxy.ts';
import { DeviceTimers } from './device-timers.ts';
import { Life } from './life.ts';
import { type LocalState, readLocalState } from './local-state.ts';
import { tabLocks } from './tab-locks.ts';

export interface TabParts {
  readonly domain: Domain;
  /** Of the proxy. */
  readonly url: string;
  readonly tenantId: string;
  readonly userId: string;
  readonly token: () => string;
  /** Names the storage and the locks of the device, which its tabs share. */
  readonly device: string;
  /** Of this tab alone. */
  readonly lineName: string;
  readonly storage: InstanceType<typeof IDBFactory>;
  readonly alone: boolean;
  readonly pullLimit: number;
  /** The device's clock, milliseconds since 1970. */
  readonly now: () => number;
  readonly random: () => number;
  readonly newId: () => string;
  readonly happened: (fault: DeviceFault) => void;
  readonly onAnswer: (path: string, answer: string) => void;
  /** Hears of each request that leaves: it goes on when the tab dies. */
  readonly onSent: (request: string, over: Promise<unknown>) => void;
  /** Told before a request leaves and after its answer is back, by number since the line was armed. */
  readonly onRequest: (when: 'before' | 'after', request: number) => Promise<void>;
}

/** Longer than the SDK waits for any answer. */
const GIVE_UP = 31_000;

/** The real SDK in one tab: everything that reaches out of it is gated by its life. */
export class Tab {
  readonly life = new Life();
  readonly timers = new DeviceTimers(this.life);
  readonly line = new Line(() => this.timers.elapse(GIVE_UP));
  readonly storage: StorageFaults;
  readonly #parts: TabParts;
  #db: BackhaulDatabase | null = null;
  #sent = 0;

  constructor(parts: TabParts) {
    this.#parts = parts;
    this.storage = new StorageFaults(this.life, parts.happened);
    void this.life.ended.then(() => setImmediate(() => this.#bury()));
  }

  get db(): BackhaulDatabase {
    if (this.#db === null) throw new Error('This tab is not open');
    return this.#db;
  }

  /** Never settles when the tab is killed meanwhile. */
  async open(): Promise<void> {
    const { domain, url, tenantId, userId, token, device, storage, alone, pullLimit, now, random, newId } = this.#parts;
    this.#db = await openBackhaul(domain, {
      url,
      tenantId,
      userId,
      name: device,
      getToken: async () => token(),
      autoSync: false,
      pullLimit,
      now,
      random,
      newId,
      timers: this.timers,
      fetch: (input, init) => this.#fetch(input, init),
      indexedDB: faultyIndexedDB(storage, this.storage),
      IDBKeyRange,
      locks: alone ? null : tabLocks(device, this.life),
      signals: { isOnline: () => true, isVisible: () => true, subscribe: () => () => undefined },
      estimateStorage: async () => ({}),
    });
  }

  state(): Promise<LocalState> {
    return readLocalState(this.db, this.#parts.domain);
  }

  /** The tab is gone from one moment to the next. */
  kill(): void {
    this.storage.kill();
  }

  /** What a process takes with it when it ends and this one would keep: Dexie's listeners, which all databases share. */
  #bury(): void {
    this.#db?.close();
  }

  #fetch(input: string | URL | Request, init: RequestInit = {}): Promise<Response> {
    return this.life.gate(this.#exchange(input, init));
  }

  async #exchange(input: string | URL | Request, init: RequestInit): Promise<Response> {
    const number = this.line.nextRequest();
    await this.#parts.onRequest('before', number);
    const headers = new Headers(init.headers);
    const { lineName, onSent } = this.#parts;
    const name = `${lineName}:${(this.#sent += 1)}`;
    headers.set(LINE_HEADER, lineName);
    headers.set(REQUEST_HEADER, name);
    const over = exchange(input, { ...init, headers });
    onSent(name, over);
    const { response, body } = await over;
    this.#parts.onAnswer(new URL(response.url).pathname, new TextDecoder().decode(body));
    await this.#parts.onRequest('after', number);
    const answered = new Headers(response.headers);
    answered.delete('content-encoding');
    return new Response(body, { status: response.status, headers: answered });
  }
}

async function exchange(
  input: string | URL | Request,
  init: RequestInit,
): Promise<{ response: Response; body: ArrayBuffer }> {
  const response = await fetch(input, init);
  return { response, body: await response.arrayBuffer() };
}
