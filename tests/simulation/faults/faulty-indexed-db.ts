import { forceCloseDatabase, IDBRequest, type IDBFactory as FakeFactory } from 'fake-indexeddb';
import type { Life } from '../world/life.ts';
import type { DeviceFault } from './fault.ts';

/** What a tab's IndexedDB does next; armed by a step of the plan. */
export class StorageFaults {
  #armed: DeviceFault | null = null;
  #left = 0;
  readonly #life: Life;
  readonly #happened: (fault: DeviceFault) => void;
  /** Of this tab. */
  readonly connections = new Set<IDBDatabase>();
  readonly transactions = new Set<IDBTransaction>();

  constructor(life: Life, happened: (fault: DeviceFault) => void) {
    this.#life = life;
    this.#happened = happened;
  }

  arm(fault: DeviceFault | null): void {
    this.#armed = fault;
    this.#left = fault?.n ?? 0;
  }

  /** Whether the fault that is armed happens at this write or commit. */
  strike(at: DeviceFault['at']): DeviceFault['kind'] | null {
    const fault = this.#armed;
    if (fault === null || fault.at !== at) return null;
    if (this.#left > 0) {
      this.#left -= 1;
      return null;
    }
    this.#armed = null;
    this.#happened(fault);
    return fault.kind;
  }

  get isAlive(): boolean {
    return this.#life.isAlive;
  }

  /** The process ends here and now: what was not committed is undone, and nobody hears of anything again. */
  kill(): void {
    this.#life.end();
    this.abortAll();
    for (const connection of this.connections) connection.close();
  }

  /** As when a browser evicts the storage or its process crashes: every transaction fails, and `close` fires. */
  loseConnections(): void {
    this.abortAll();
    for (const connection of this.connections) forceCloseDatabase(connection as never);
    this.connections.clear();
  }

  abortAll(): void {
    for (const transaction of this.transactions) {
      try {
        transaction.abort();
      } catch {
        // It has committed by now.
      }
    }
    this.transactions.clear();
  }
}

/**
 * The storage of a device as one of its tabs sees it. The objects are fake-indexeddb's own, so that the SDK meets nothing else
 * than it does elsewhere; only what they report passes through here. Relies on that version's `dispatchEvent` being the one
 * way in which its objects report.
 */
export function faultyIndexedDB(storage: InstanceType<typeof FakeFactory>, faults: StorageFaults): IDBFactory {
  return {
    open(name: string, version?: number) {
      const request = storage.open(name, version);
      const dispatch = request.dispatchEvent.bind(request);
      request.dispatchEvent = (event) => {
        if (!faults.isAlive) {
          (request.result as IDBDatabase | undefined)?.close();
          return true;
        }
        if (event.type === 'success' || event.type === 'upgradeneeded') watchConnection(request.result, faults);
        return dispatch(event);
      };
      return request;
    },
    deleteDatabase: (name: string) => storage.deleteDatabase(name),
    cmp: (first: unknown, second: unknown) => storage.cmp(first, second),
    databases: () => storage.databases(),
  };
}

function watchConnection(connection: IDBDatabase, faults: StorageFaults): void {
  if (faults.connections.has(connection)) return;
  faults.connections.add(connection);
  muteWhenDead(connection, faults);
  const open = connection.transaction.bind(connection);
  connection.transaction = (...args) => {
    const transaction = open(...args);
    if (transaction.mode !== 'readonly') faults.transactions.add(transaction);
    watchTransaction(transaction, faults);
    return transaction;
  };
}

/** What fake-indexeddb's transactions do inside: the one way to fail a commit, and the one that every request takes. */
const ABORT = '_abort';
const EXECUTE = '_execRequestAsync';
/** What starts the transactions that wait for another, in whichever tab: it hangs on events that a dead tab no longer gets. */
const DATABASE = '_rawDatabase';
type Raw = IDBTransaction & {
  readonly db: { readonly [DATABASE]: { processTransactions(): void } };
  [ABORT](reason: string): void;
  [EXECUTE](request: RawRequest): IDBRequest;
};
interface RawRequest {
  readonly source: unknown;
  readonly operation: () => unknown;
}

function watchTransaction(transaction: IDBTransaction, faults: StorageFaults): void {
  const raw = transaction as Raw;
  const dispatch = transaction.dispatchEvent.bind(transaction);
  let wrote = false;
  const endUnheard = (): boolean => {
    raw.db[DATABASE].processTransactions();
    return true;
  };
  transaction.dispatchEvent = (event) => {
    if (event.type !== 'error') faults.transactions.delete(transaction);
    if (!faults.isAlive) return endUnheard();
    if (event.type !== 'complete' || !wrote) return dispatch(event);
    switch (faults.strike('commit')) {
      case null:
        return dispatch(event);
      case 'deviceKilled':
        // Durable, and nobody was told.
        faults.kill();
        return endUnheard();
      case 'quotaExceeded':
        raw[ABORT]('QuotaExceededError');
        return true;
      case 'connectionLost': {
        const answer = dispatch(event);
        faults.loseConnections();
        return answer;
      }
    }
  };
  const execute = raw[EXECUTE].bind(raw);
  raw[EXECUTE] = (request) => {
    const made = execute(request);
    muteWhenDead(made, faults);
    return made;
  };
  const objectStore = transaction.objectStore.bind(transaction);
  const watched = new WeakSet<IDBObjectStore>();
  transaction.objectStore = (name) => {
    const store = objectStore(name);
    if (watched.has(store) || transaction.mode !== 'readwrite') return store;
    watched.add(store);
    for (const method of ['put', 'add', 'delete', 'clear'] as const) {
      const write = (store[method] as (...args: unknown[]) => IDBRequest).bind(store);
      const replaced = (...args: unknown[]): IDBRequest => {
        if (!faults.isAlive) return new IDBRequest();
        wrote = true;
        switch (faults.strike('write')) {
          case null:
            return write(...args);
          case 'deviceKilled':
            faults.kill();
            return new IDBRequest();
          case 'quotaExceeded':
            return raw[EXECUTE]({
              source: store,
              operation: () => {
                throw new DOMException('The disk is full', 'QuotaExceededError');
              },
            });
          case 'connectionLost': {
            const request = write(...args);
            faults.loseConnections();
            return request;
          }
        }
      };
      Object.assign(store, { [method]: replaced });
    }
    return store;
  };
}

function muteWhenDead(target: EventTarget, faults: StorageFaults): void {
  const dispatch = target.dispatchEvent.bind(target);
  target.dispatchEvent = (event) => (faults.isAlive ? dispatch(event) : true);
}
