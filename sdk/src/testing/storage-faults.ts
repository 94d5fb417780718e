import { forceCloseDatabase, IDBFactory } from 'fake-indexeddb';

/** What fake-indexeddb's transactions do inside: the one way to fail a commit. */
const ABORT = '_abort';
type Raw = IDBTransaction & { [ABORT](reason: string): void };

/** A storage of its own, of which `strike` sees every transaction that begins. */
export function watchedIndexedDB(strike: (transaction: IDBTransaction) => void): IDBFactory {
  const storage = new IDBFactory();
  const open = storage.open.bind(storage);
  storage.open = (...args) => {
    const request = open(...args);
    const dispatch = request.dispatchEvent.bind(request);
    request.dispatchEvent = (event) => {
      if (event.type === 'success') watchConnection(request.result, strike);
      return dispatch(event);
    };
    return request;
  };
  return storage;
}

function watchConnection(connection: IDBDatabase, strike: (transaction: IDBTransaction) => void): void {
  const begin = connection.transaction.bind(connection);
  connection.transaction = (...args) => {
    const transaction = begin(...args);
    strike(transaction);
    return transaction;
  };
}

/** The browser takes the connection away, as it does when it evicts the storage or its storage process crashes. */
export function loseConnection(connection: IDBDatabase): void {
  forceCloseDatabase(connection as never);
}

/** A disk that takes nothing more while `isFull`: what writes fails when it commits, as in browsers. */
export function failWhenFull(transaction: IDBTransaction, isFull: () => boolean): void {
  if (transaction.mode === 'readonly') return;
  const dispatch = transaction.dispatchEvent.bind(transaction);
  transaction.dispatchEvent = (event) => {
    if (event.type !== 'complete' || !isFull()) return dispatch(event);
    (transaction as Raw)[ABORT]('QuotaExceededError');
    return true;
  };
}

/** Of this store one row can not be read, as after a broken sector: not alone, and not with the others. */
export function failToRead(transaction: IDBTransaction, store: string, broken: IDBValidKey): void {
  alter(transaction, store, (found) => {
    const [get, getAll] = [found.get.bind(found), found.getAll.bind(found)];
    found.getAll = (...args) => failing(getAll(...args));
    found.get = (key) => (key === broken ? failing(get(key)) : get(key));
  });
}

/** Nothing of this store can be read, not even which rows it has. */
export function failToList(transaction: IDBTransaction, store: string): void {
  alter(transaction, store, (found) => {
    const [getAll, getAllKeys] = [found.getAll.bind(found), found.getAllKeys.bind(found)];
    found.getAll = (...args) => failing(getAll(...args));
    found.getAllKeys = (...args) => failing(getAllKeys(...args));
  });
}

/** Who reads all of this store hears of it late: what others do meanwhile is not in it. */
export function tellLate(transaction: IDBTransaction, store: string, gate: Promise<void>): void {
  alter(transaction, store, (found) => {
    const getAll = found.getAll.bind(found);
    found.getAll = (...args) => {
      const request = getAll(...args);
      const dispatch = request.dispatchEvent.bind(request);
      request.dispatchEvent = (event) => {
        void gate.then(() => dispatch(event));
        return true;
      };
      return request;
    };
  });
}

/** Who waits for this transaction to be on the disk hears of it late. */
export function completeLate(transaction: IDBTransaction, gate: Promise<void>): void {
  const dispatch = transaction.dispatchEvent.bind(transaction);
  transaction.dispatchEvent = (event) => {
    if (event.type !== 'complete') return dispatch(event);
    void gate.then(() => dispatch(event));
    return true;
  };
}

function alter(transaction: IDBTransaction, store: string, change: (found: IDBObjectStore) => void): void {
  const find = transaction.objectStore.bind(transaction);
  transaction.objectStore = (name) => {
    const found = find(name);
    if (name === store) change(found);
    return found;
  };
}

function failing<T>(request: IDBRequest<T>): IDBRequest<T> {
  const dispatch = request.dispatchEvent.bind(request);
  request.dispatchEvent = (event) => {
    if (event.type !== 'success') return dispatch(event);
    Object.defineProperty(request, 'error', { value: new DOMException('Broken row', 'UnknownError') });
    // Its events are not the platform's, and it takes no others.
    return dispatch(Object.defineProperty(event, 'type', { value: 'error' }));
  };
  return request;
}
